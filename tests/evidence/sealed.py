"""A small sealed case for the tests of evidence: two sources of lines, a key, a test authority."""

import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from truetally.evidence.archive import content, opened
from truetally.evidence.findings import Report, Trust
from truetally.evidence.keys import generate
from truetally.evidence.seals import public_key
from truetally.evidence.stamping import make_authority
from truetally.evidence.timestamp import load_roots
from truetally.evidence.verify import verify_files
from truetally.run import run_case
from truetally.run.seal import seal_case

NOON_MS = 1_504_238_400_000
HEAD = "time_ms,kind,item_id,account_id,device_id,ip,user_agent,status,watched_ms"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/60.0.3112.101 Safari/537.36"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A sealed case, its package, and what an outsider brings along to verify it."""

    case: Path
    package: Path
    key: Path
    authority: Path
    root: Path

    @property
    def trust(self) -> Trust:
        return Trust(keys=[public_key(self.key.with_name("operator.pub"))],
                     roots=load_roots(self.root))


def log(path: Path, rows: int, seed: int) -> Path:
    """Write a log as CSV; some of its rows are no events."""
    chance = random.Random(seed)  # noqa: S311  no secret
    lines = [HEAD]
    for n in range(rows):
        item, status = chance.choice(["film", "戏", "x\u202ey"]), chance.choice([200, 200, 404])
        at = NOON_MS + n * 7_000 if n % 500 != 499 else "?"
        lines.append(f"{at},play,{item},u{chance.randrange(90)},d{chance.randrange(60)},"
                     f"203.0.113.{chance.randrange(99)},{CHROME},{status},{chance.randrange(90000)}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def kept(folder: Path) -> Kept:
    """Decide two logs, write the report page, seal, and package."""
    from truetally.commands.outcome import write_page

    sources = [str(log(folder / name, rows, seed)) for name, rows, seed in (
        ("a.csv", 2_500, 1), ("b.csv", 1_100, 2))]
    case = folder / "case"
    run_case(sources, case, policy="video")
    write_page(case, "en")
    key, authority = folder / "operator", folder / "authority"
    generate(key)
    root = make_authority(authority)
    package = folder / "case.zip"
    seal_case(case, key=key, tsa=f"local:{authority}", package=package)
    return Kept(case=case, package=package, key=key, authority=authority, root=root)


def contents(package: Path) -> dict[str, bytes]:
    """Read a package into memory."""
    with opened(package) as files:
        return {name: content(open_file) for name, open_file in files.items()}


def checked(files: Mapping[str, bytes], trust: Trust) -> Report:
    """Verify the files of a package that are in memory."""
    return verify_files({name: partial(io.BytesIO, data) for name, data in files.items()}, trust)


def failures(files: Mapping[str, bytes], trust: Trust) -> list[str]:
    """Name the places that fail."""
    return [f.place for f in checked(files, trust).findings if f.status == "failed"]
