"""The numbered exhibits of a case: what each is, where it is from, what it shows, its digest."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from truetally.report.data import Text
from truetally.report.document.court import Added, Exhibit
from truetally.report.words import say


def exhibits(case: Path, manifest: Mapping[str, Any], added: Sequence[Added], claims_sha256: str,
             matter: Mapping[str, str]) -> tuple[Exhibit, ...]:
    """Number the exhibits: sources, policy, decisions, manifest, claims, further findings."""
    party = matter.get("party", "")
    handed = Text(en=say("exhibit.handed_by", "en", party=party),
                  zh=say("exhibit.handed_by", "zh", party=party)) if party else _said("handed")
    made, data = _said("made"), _said("data")
    found = [(s["name"], data, handed, _said("shows_source"), s["sha256"], s["size"])
             for s in manifest["sources"]]
    file = hashlib.sha256((case / "manifest.json").read_bytes()).hexdigest()
    for name, digest in (("policy", manifest["policy"]["sha256"]),
                         ("decisions", manifest["digest"]), ("manifest", file),
                         ("claims", claims_sha256)):
        found.append((_FILES[name], _said(name), made, _said(f"shows_{name}"), digest, None))
    found += [(each.file, data, made, _said("added"), each.sha256, None) for each in added]
    return tuple(Exhibit(number=place, name=name, category=category, source=source,
                         purpose=purpose, sha256=sha256, size_bytes=size)
                 for place, (name, category, source, purpose, sha256, size) in enumerate(found, 1))


_FILES = {"policy": "policy.toml", "decisions": "decisions/", "manifest": "manifest.json",
          "claims": "claims.json"}


def _said(key: str) -> Text:
    return Text(en=say(f"exhibit.{key}", "en"), zh=say(f"exhibit.{key}", "zh"))
