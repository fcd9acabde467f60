"""What a case's manifest says: inputs, versions, lists, SQL, partitions, digest."""

import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import ibis
import pyarrow as pa

import truetally
from truetally.run.case import LAYOUT, salt, salt_check
from truetally.run.store import DIGEST_FORMAT, case_digest, verdicts_json
from truetally.run.work import Work


def build_manifest(w: Work, offset: str) -> dict[str, Any]:
    """Collect everything that a repetition of this case needs, and what it must come to."""
    partitions = [w.partitions[day] for day in sorted(w.partitions)]
    files = [p[k] for p in partitions for k in ("file", "cube", "unique")]
    files += list(w.findings.values())
    files += [e["file"] for entries in w.profiles.values() for e in entries]
    engine = w.pipeline.engine
    return {
        "layout": LAYOUT, "truetally": truetally.__version__, "offset": offset,
        "engine": w.settings.engine,
        "versions": {engine.name: engine.version, "ibis": ibis.__version__,
                     "sqlglot": version("sqlglot"), "pyarrow": pa.__version__,
                     "python": platform.python_version()},
        "keys": engine.keys,
        "sources": [k.as_json() for k in w.known],
        "policy": _policy(w), "lists": w.settings.lists.as_json(),
        "not_applicable": {code: list(columns)
                           for code, columns in sorted(w.pipeline.plan.missing.items())},
        "reason_codes": list(w.policy.reason_codes), "verdicts": verdicts_json(w.verdicts),
        "partitions": partitions, "digest_format": DIGEST_FORMAT,
        "digest": case_digest(w.policy.sha256, offset, partitions),
        "findings": dict(sorted(w.findings.items())),
        "salt_check": salt_check(salt(w.case)),
        "profiles": dict(sorted(w.profiles.items())), "files": sorted(files),
        "sql": dict(sorted(engine.ran.items())),
        "timings": dict(w.pipeline.clock.timings_ms), "decided_now": w.changed,
    }


def _policy(w: Work) -> dict[str, Any]:
    policy = w.policy
    return {"name": policy.name, "revision": policy.revision, "sha256": policy.sha256,
            "text": policy.text, "folder": str(w.settings.policy_folder), "metric": policy.metric,
            "calibration": asdict(policy.calibration) if policy.calibration else None,
            "parameters": {r.criterion.code: {k: v for k, v in sorted(r.values.items())
                                              if isinstance(v, int)}
                           for r in policy.rules if r.criterion.basis == "statistical"},
            "criteria": {r.criterion.code: r.criterion.revision for r in policy.rules}}
