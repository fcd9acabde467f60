"""The verifier as a program of its own: `python verify.pyz PATH [--key F.pub] [--tsa-root F.pem]`.

Exit codes: 0 verified, 1 not verified, 2 the arguments cannot be used.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from truetally.evidence.errors import EvidenceError
from truetally.evidence.findings import Report, Trust, texts
from truetally.evidence.proof import verify_proof
from truetally.evidence.seals import public_key
from truetally.evidence.timestamp import load_roots
from truetally.evidence.verify import verify

_LARGEST_PROOF = 1 << 26


def verify_path(path: Path, keys: Sequence[Path], roots: Sequence[Path]) -> Report:
    """Verify a case folder, a package or a proof, with keys and roots read from files.

    Raises:
        EvidenceError: a file cannot be read, or holds nothing that could be verified.
    """
    trust = Trust(keys=[public_key(key) for key in keys],
                  roots=[one for root in roots for one in load_roots(root)])
    try:
        data = path.read_bytes() if path.is_file() and path.stat().st_size < _LARGEST_PROOF else b""
        return verify_proof(data, trust) if data[:1] == b"{" else verify(path, trust)
    except EvidenceError:
        raise
    except Exception as error:  # whatever tampered bytes raise
        raise EvidenceError(f"{path} cannot be read: {error!r}"[:300]) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, verify, print every finding, and return the exit code."""
    options = argparse.ArgumentParser(prog="verify", description=__doc__.partition("\n")[0])
    options.add_argument("path", type=Path, help="case folder, package (zip) or proof (JSON)")
    options.add_argument("--key", type=Path, action="append", default=[],
                         help="public key (PEM) that you got from the author, not from the package")
    options.add_argument("--tsa-root", type=Path, action="append", default=[],
                         help="root certificate (PEM) that you got from the authority")
    said = options.parse_args(arguments)
    try:
        report = verify_path(said.path, said.key, said.tsa_root)
    except EvidenceError as error:
        sys.stderr.write(_plain(str(error)))
        return error.exit_code
    for line in texts(report, everything=True):
        sys.stdout.write(_plain(line))
    return int(report.failed)


def _plain(text: str) -> str:
    """Write one line that no name in a package can break, colour or turn round."""
    return text.encode("unicode_escape").decode("ascii") + "\n"
