"""Check an RFC 3161 time-stamp against roots that the verifier brings along.

With rfc3161-client; where that is missing, or cannot read a reply for its order of bytes alone,
with openssl. A stamp counts only while its authority's certificates do: at its own time
and at the time of checking (as openssl does); before they expire, seal again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from truetally.evidence.errors import EvidenceError, VerificationError, same

Certificates = Sequence[x509.Certificate]


def load_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """Read an authority's root, and certificates between it and the signer, from PEM or DER.

    Raises:
        EvidenceError: there is none in the file.
    """
    try:
        data = path.read_bytes()
        return tuple(x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data
                     else [x509.load_der_x509_certificate(data)])
    except (OSError, ValueError) as error:
        raise EvidenceError(f"no certificate in {path}: {error}") from error


def verify(reply: bytes, data: bytes, roots: Certificates, *, now: datetime | None = None,
           place: str = "time-stamp") -> tuple[datetime, str]:
    """Check that an authority below `roots` stamped `data`; return when, and its name.

    Raises:
        VerificationError: it did not, or its certificates have expired or do not belong together,
            or nothing here can check it.
    """
    try:
        from rfc3161_client import VerificationError as Refused
        from rfc3161_client import VerifierBuilder, decode_timestamp_response

        response = decode_timestamp_response(reply)
        time, embedded = response.tst_info.gen_time, response.signed_data.certificates
    except (ImportError, ValueError):
        return _otherwise(reply, data, roots, now, place)
    certificates = [x509.load_der_x509_certificate(one) for one in embedded]
    signing = chain(certificates, roots, time, now, place)
    builder = VerifierBuilder(tsa_certificate=signing, roots=list(roots))
    try:
        builder.build().verify_message(response, data)
    except (Refused, ValueError) as error:
        raise VerificationError("the time-stamp does not hold", place,
                                "a stamp of these bytes by an authority below the root",
                                str(error)[:200]) from error
    return time, signing.subject.rfc4514_string()


def _otherwise(reply: bytes, data: bytes, roots: Certificates, now: datetime | None,
               place: str) -> tuple[datetime, str]:
    """Check with openssl where all of truetally is installed; alone, leave it to the reader."""
    try:
        from truetally.evidence.openssl import by_openssl
    except ImportError as error:
        raise VerificationError("not checked", place, "rfc3161-client, or by hand: openssl ts "
                              f"-verify -data SEAL.json -in {place} -CAfile ROOT.pem",
                              "it is not installed, or cannot read the reply") from error
    return by_openssl(reply, data, roots, now, place)


def chain(embedded: Certificates, roots: Certificates, time: datetime, now: datetime | None,
           place: str) -> x509.Certificate:
    """Find the one signing certificate and its way to a root; nothing else may be in the reply."""
    signers = {c for c in (embedded or roots) if _stamps(c)}
    same("not one signing certificate", place, 1, len(signers))
    at = signing = signers.pop()
    seen = [at]
    while at not in roots or at.issuer != at.subject:
        above = next((c for c in (*roots, *embedded) if c not in seen and _issued(at, c)), None)
        if above is None:
            break
        seen.append(at := above)
    stray = [c.subject.rfc4514_string() for c in embedded if c not in seen]
    same("certificates that are not on the way to the root", place, [], stray)
    same("certificates do not lead to a root that was given", place, True,
         any(c in roots for c in seen))
    for moment in (time, now or datetime.now(UTC)):
        for c in seen:
            if not c.not_valid_before_utc <= moment <= c.not_valid_after_utc:
                span = f"{c.not_valid_before_utc:%Y-%m-%d} to {c.not_valid_after_utc:%Y-%m-%d}"
                same("a certificate is not valid", place, span, f"{moment:%Y-%m-%d}")
    return signing


def _stamps(certificate: x509.Certificate) -> bool:
    return any(isinstance(one.value, x509.ExtendedKeyUsage) and one.critical
               and ExtendedKeyUsageOID.TIME_STAMPING in one.value
               for one in certificate.extensions)


def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except Exception:  # noqa: BLE001  # another name, key or kind of key: not this one
        return False
    return True
