"""Have an authority stamp bytes (RFC 3161): over HTTP, or a local one for tests and the demo.

A local authority is a folder with a root, a signing certificate and its key; it proves nothing to
anyone, for whoever has the folder can stamp any time.
"""

import datetime
import hashlib
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from truetally.evidence.errors import EvidenceError

LOCAL = "local:"
_LARGEST_REPLY = 1 << 20
# DER of everything before the 32 bytes of the digest: SEQUENCE { 1, { sha256, NULL }, OCTETS }.
_REQUEST = bytes.fromhex("30430201013031300d060960864801650304020105000420")
_DAYS = 36_500  # the local authority's certificates outlive whatever is stored with the tests


class NoStampError(EvidenceError):
    """The authority cannot be reached, or gave something else than a stamp."""


def request(data: bytes, nonce: int) -> bytes:
    """Write a time-stamp request (RFC 3161, 2.4.1) for SHA-256, asking for the certificate."""
    return (_REQUEST + hashlib.sha256(data).digest() + b"\x02\x08" + nonce.to_bytes(8, "big")
            + b"\x01\x01\xff")


def stamp(data: bytes, authority: str, timeout_s: int = 20) -> bytes:
    """Ask an authority, `https://…` or `local:FOLDER`, and return its raw reply.

    Raises:
        NoStampError: it was not reached, refused, or stamped something else.
    """
    nonce = secrets.randbits(62) | 1 << 62  # eight bytes, positive
    asked = request(data, nonce)
    reply = answer(Path(authority.removeprefix(LOCAL)), asked) if authority.startswith(LOCAL) \
        else _over_http(asked, authority, timeout_s)
    wanted = (hashlib.sha256(data).digest(), nonce.to_bytes(8, "big"))
    if not _granted(reply) or not all(part in reply for part in wanted):
        raise NoStampError(f"{authority} stamped something else, or refused")
    return reply


def _granted(reply: bytes) -> bool:
    """Tell whether the reply's status is granted: SEQUENCE { SEQUENCE { INTEGER 0 (2.4.2)."""
    for _ in range(2):
        if len(reply) < 2 or reply[0] != 0x30:
            return False
        reply = reply[2 + (reply[1] & 0x7F if reply[1] & 0x80 else 0):]
    return reply.startswith(b"\x02\x01\x00")


def _over_http(asked: bytes, url: str, timeout_s: int) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise EvidenceError(f"not an authority: {url!r}; expected http://… or https://…")
    query = urllib.request.Request(url, data=asked, method="POST", headers={  # noqa: S310  checked
        "Content-Type": "application/timestamp-query"})
    try:
        with urllib.request.urlopen(query, timeout=timeout_s) as reply:  # noqa: S310  checked above
            return bytes(reply.read(_LARGEST_REPLY))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise NoStampError(f"{url} was not reached: {error}") from error


def make_authority(folder: Path) -> Path:
    """Make a local authority and return its root certificate, for `--tsa-root`.

    Raises:
        NoStampError: there is no openssl to answer with.
    """
    if shutil.which("openssl") is None:
        raise NoStampError("openssl is not installed: a local authority needs it")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    above, below = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Local test authority, proves nothing", above, None, above)
    signing = _certificate("Local test time-stamps", below, root, above)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "signing.pem").write_bytes(signing.public_bytes(Encoding.PEM))
    (folder / "serial").write_text("01\n", "ascii")
    secret = folder / "signing.key"
    secret.touch(mode=0o600)
    secret.write_bytes(below.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "authority.cnf").write_text(
        "[tsa]\ndefault_tsa = local\n[local]\nserial = serial\nsigner_cert = signing.pem\n"
        "signer_key = signing.key\ncerts = signing.pem\nsigner_digest = sha256\n"
        "default_policy = 1.3.6.1.4.1.99999.1\ndigests = sha256\naccuracy = secs:1\n"
        "ess_cert_id_alg = sha256\n", "ascii")
    return folder / "root.pem"


def _certificate(name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None,
                 issuer_key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (x509.CertificateBuilder().subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=_DAYS))
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None),
                           critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                           critical=False))
    if issuer is not None:
        made = made.add_extension(x509.ExtendedKeyUsage(
            [ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


def answer(folder: Path, asked: bytes) -> bytes:
    """Answer a request as the local authority in `folder`.

    Raises:
        NoStampError: the folder holds none, or openssl fails.
    """
    query, reply = folder / "query", folder / "reply"
    try:
        query.write_bytes(asked)
        subprocess.run(["openssl", "ts", "-reply", "-config", "authority.cnf", "-queryfile",  # noqa: S607
                        "query", "-out", "reply"], cwd=folder, check=True, capture_output=True,
                       timeout=60)
        return reply.read_bytes()
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", b"") or b""
        raise NoStampError(f"no local authority answers in {folder}: {error} "
                      f"{said.decode('utf-8', 'replace')[:200]}") from error
