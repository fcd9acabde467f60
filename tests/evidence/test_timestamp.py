"""Time-stamps: public vectors, both ways of checking them, and the test authority."""

import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from truetally.evidence.errors import EvidenceError, VerificationError
from truetally.evidence.stamping import (
    NoStampError,
    answer,
    make_authority,
    request,
    stamp,
)
from truetally.evidence.timestamp import load_roots, verify

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "rfc3161"
NEEDS_VECTORS = pytest.mark.skipif(not VECTORS.is_dir(), reason="no vectors beside the project")
THEN = datetime(2025, 6, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
GOOD = ["sigstage/response-sha256", "sigstage/response-sha384", "sigstage/response-sha512",
        "sigstage/response-no-embedded-cert", "test_tsa/response", "identrust/issue-104"]
BAD = {"sigstage/response-invalid-signature": "does not hold",
       "sigstore.mock/response-expired": r"not valid|does not hold",
       "test_tsa/response-injected-certs": "not one signing certificate",
       "test_tsa/other_response": r"do not lead|does not hold"}


@pytest.fixture(params=["rfc3161-client", "openssl"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Check with the library, or as if it were not installed."""
    if request.param == "openssl":
        monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    else:
        pytest.importorskip("rfc3161_client")
    return str(request.param)


def check(name: str, now: datetime) -> datetime:
    path = VECTORS / f"{name}.tsr"
    payload = path.parent / "payload"
    data = payload.read_bytes() if payload.exists() else b"hello"
    return verify(path.read_bytes(), data, load_roots(path.parent / "ts_chain.pem"), now=now)[0]


@NEEDS_VECTORS
@pytest.mark.parametrize("name", GOOD)
def test_good_replies_are_accepted(name: str, way: str) -> None:
    assert check(name, THEN) < THEN


@NEEDS_VECTORS
@pytest.mark.parametrize("name", BAD)
def test_bad_replies_are_refused(name: str, way: str) -> None:
    with pytest.raises(VerificationError, match=BAD[name]):
        check(name, THEN)


@NEEDS_VECTORS
def test_a_stamp_whose_authority_has_expired_since_is_refused(way: str) -> None:
    with pytest.raises(VerificationError, match=r"not valid|does not hold"):
        check("identrust/issue-104", NOW)


def test_the_test_authority_stamps_and_another_root_or_text_is_refused(tmp_path: Path,
                                                                       way: str) -> None:
    roots = [load_roots(make_authority(tmp_path / name)) for name in ("one", "two")]
    reply = stamp(b"text", f"local:{tmp_path / 'one'}")
    assert verify(reply, b"text", roots[0])[1] == "CN=Local test time-stamps"
    for data, root in ((b"texts", roots[0]), (b"text", roots[1])):
        with pytest.raises(VerificationError):
            verify(reply, data, root)


def test_a_request_is_one_that_openssl_reads(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "query").write_bytes(request(b"text", 1 << 62))
    said = subprocess.run(["openssl", "ts", "-query", "-in", tmp_path / "query", "-text"],
                          capture_output=True, text=True, check=True).stdout
    assert "Hash Algorithm: sha256" in said
    assert "Nonce: 0x4000000000000000" in said
    assert "Certificate required: yes" in said


def test_nothing_to_check_with_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = load_roots(make_authority(tmp_path / "one"))
    reply = stamp(b"text", f"local:{tmp_path / 'one'}")
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VerificationError, match="neither"):
        verify(reply, b"text", root)


@pytest.mark.parametrize("authority", ["http://127.0.0.1:9/", "local:/nowhere/at/all"])
def test_an_authority_that_is_not_there_gives_no_stamp(authority: str) -> None:
    with pytest.raises(NoStampError):
        stamp(b"text", authority)


def test_an_authority_is_asked_as_the_standard_says(tmp_path: Path) -> None:
    """RFC 3161, 3.4: POST, application/timestamp-query; answered here on the loopback."""
    roots, seen = load_roots(make_authority(tmp_path / "one")), []

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers["Content-Type"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer(tmp_path / "one", asked) if self.path == "/good" else asked)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Desk) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        reply = stamp(b"text", f"{url}/good")
        assert verify(reply, b"text", roots)
        with pytest.raises(NoStampError):  # it holds digest and nonce, and is no stamp
            stamp(b"text", f"{url}/echo")
        server.shutdown()
    assert set(seen) == {"application/timestamp-query"}


@pytest.mark.parametrize("authority", ["file:///etc/passwd", "ftp://x", "x"])
def test_an_authority_is_asked_over_http_alone(authority: str) -> None:
    with pytest.raises(EvidenceError, match="not an authority"):
        stamp(b"text", authority)


def test_a_file_without_certificate_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(EvidenceError, match="no certificate"):
        load_roots(tmp_path / "x")
