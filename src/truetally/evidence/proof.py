"""Verify the proof of one event: a file that stands alone.

Canonical JSON. `seal`: the files of the seal, by name. `rows`: the source's row, the decision, and
what was measured of the groups it fell under; each with its salt, the hashes of the rows beside it
in its block, and the ways up to the seal's trees. Of the other rows the hashes say nothing: each is
salted with 128 bits that the proof does not hold. `policy` is the policy's text: its thresholds.
"""

import base64
import hashlib
from typing import Any

from truetally.evidence.canonical import canonical, parsed
from truetally.evidence.errors import same
from truetally.evidence.findings import Report, Trust
from truetally.evidence.seals import BLOCK_ROWS, ROW_TREES, of
from truetally.evidence.tree import leaf_hash, verify_inclusion
from truetally.evidence.verify import check_seal

FORMAT = "truetally proof 1"
ROW_BITS = 40  # an event's number is (source number << 40) + row


def verify_proof(data: bytes, trust: Trust) -> Report:
    """Check a proof by itself.

    Raises:
        EvidenceError: it is no proof, or its seal is no seal.
    """
    report = Report()
    doc = parsed(data, "proof")
    same("no proof", "proof", ["event_id", "format", "policy", "rows", "seal"], sorted(doc))
    same("no proof", "proof", FORMAT, doc["format"])
    files = {name: base64.b64decode(text) for name, text in doc["seal"].items()}
    seal = of(files, int(min(files)[5:9]))
    check_seal(report, seal, trust)
    for n, row in enumerate(doc["rows"]):
        report.attempt(f"row of the {row['tree']}", f"rows[{n}]", _check_row, row,
                       seal.says["trees"], f"rows[{n}]")
    report.attempt("one event", "event_id", _check_event, doc)
    report.attempt("policy", "policy", lambda: same(
        "another policy", "policy", seal.says["policy_sha256"],
        hashlib.sha256(doc["policy"].encode()).hexdigest()))
    return report


def row_bytes(row: Any) -> bytes:
    """Give the bytes of a row: its text, or base64 where they are no text."""
    return bytes(row["text"], "utf-8") if "text" in row else base64.b64decode(row["base64"])


def _check_row(row: Any, trees: Any, place: str) -> str:
    """Check a row's way up: row, block, tree; and its part's header."""
    tree, first, number = trees[row["tree"]], row["first_leaf"], row["row"]
    same("no such tree", place, True, row["tree"] in ROW_TREES)
    hashes = base64.b64decode(row["hashes"])
    at = number % BLOCK_ROWS * 32
    salted = bytes.fromhex(row["salt"]) + row_bytes(row)
    same("another row", place, hashlib.sha256(salted).hexdigest(), hashes[at:at + 32].hex())
    same("no such row", place, True, 0 <= number < row["header"]["rows"])
    head = bytes.fromhex(tree["root"])
    for leaf, index, path in (
            (canonical(row["header"]), first, row["header_path"]),
            (hashes, first + 1 + number // BLOCK_ROWS, row["block_path"])):
        verify_inclusion(leaf_hash(leaf), index, tree["size"], [bytes.fromhex(h) for h in path],
                         head, place=place)
    return f"row {number} of {row['header'].get('name', row['header'].get('file', ''))}"


def _check_event(doc: Any) -> str:
    """Check that the rows are of the event that the proof names."""
    source, decision, *findings = doc["rows"]
    same("another event", "rows[0]", doc["event_id"],
         str((source["header"]["number"] << ROW_BITS) + source["row"]))
    decided = parsed(row_bytes(decision), "rows[1]")
    same("another event", "rows[1]", doc["event_id"], decided["event_id"])
    same("other trees", "rows", ["sources", "decisions", *["findings"] * len(findings)],
         [row["tree"] for row in doc["rows"]])
    for n, finding in enumerate(findings, 2):
        same("not a reason of this event", f"rows[{n}]", True,
             finding["header"]["code"] in decided["reasons"])
    return f"{decided['verdict']}, {decided['primary'] or 'no reason'}"
