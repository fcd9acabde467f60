"""Check an RFC 3161 time-stamp with the program openssl, as anybody can by hand."""

import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from truetally.evidence.errors import VerificationError
from truetally.evidence.timestamp import Certificates, chain


def by_openssl(reply: bytes, data: bytes, roots: Certificates, now: datetime | None,
               place: str) -> tuple[datetime, str]:
    """Check a time-stamp as `timestamp.verify` does.

    Raises:
        VerificationError: it does not hold, or openssl is not installed.
    """
    if shutil.which("openssl") is None:
        raise VerificationError("not checked", place, "rfc3161-client or openssl",
                              "neither is installed, or the one cannot read the reply")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "reply").write_bytes(reply)
        (folder / "data").write_bytes(data)
        (folder / "roots").write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in roots))
        said = _openssl(folder, "ts", "-verify", "-in", "reply", "-data", "data",
                        "-CAfile", "roots", "-untrusted", "roots",
                        *(["-attime", str(int(now.timestamp()))] if now else []))
        if "Verification: OK" not in said:
            raise VerificationError("the time-stamp does not hold", place,
                                    "openssl ts -verify: OK", said[:200])
        _openssl(folder, "ts", "-reply", "-in", "reply", "-token_out", "-out", "token")
        token = pkcs7.load_der_pkcs7_certificates((folder / "token").read_bytes())
        text = _openssl(folder, "ts", "-reply", "-in", "reply", "-text")
    line = next(line for line in text.splitlines() if line.startswith("Time stamp: "))
    whole = " ".join(line.removeprefix("Time stamp: ").split())
    time = datetime.strptime(whole.replace(" GMT", ""), "%b %d %H:%M:%S %Y" if "." not in whole
                             else "%b %d %H:%M:%S.%f %Y").replace(tzinfo=UTC)
    signing = chain(token, roots, time, now, place)
    return time, signing.subject.rfc4514_string()


def _openssl(folder: Path, *arguments: str) -> str:
    said = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True,  # noqa: S603, S607
                          check=False, timeout=60)
    return (said.stdout + said.stderr).decode("utf-8", "replace")
