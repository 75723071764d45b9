"""Licences: requests, keys, signatures, and the command that issues them."""

from __future__ import annotations

import datetime
import stat
import sys
from pathlib import Path

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import licence

DAY, UNTIL = datetime.date(2026, 11, 23), datetime.date(2027, 12, 31)
KEY = licence.new_key()
PUBLIC = licence.public_key(licence.public_text(KEY))
REQUEST = licence.Request("Our Company", "https://crm.example.com/crm", 25)


def _issued(**changes: object) -> str:
    given: dict[str, object] = {"until": UNTIL, "issued": DAY, "number": "0001"} | changes
    return licence.issue(KEY, REQUEST, **given)  # type: ignore[arg-type]


def test_a_licence_says_what_was_issued() -> None:
    assert licence.read(_issued(), PUBLIC) == licence.Licence(
        "Our Company", "https://crm.example.com/crm", 25, DAY, UNTIL, "0001"
    )


def test_the_same_input_gives_the_same_key() -> None:
    assert _issued() == _issued()


def test_white_space_of_a_mail_does_not_matter() -> None:
    text = _issued()
    assert licence.read(f" {text[:50]}\r\n  {text[50:]}\n", PUBLIC).users == 25


def test_a_licence_of_another_key_is_refused() -> None:
    other = licence.public_key(licence.public_text(licence.new_key()))
    with pytest.raises(licence.LicenceError, match="signature"):
        licence.read(_issued(), other)


def test_a_changed_licence_is_refused() -> None:
    header, _, signature = _issued().split(".")
    content = licence.issue(KEY, licence.Request("Other", REQUEST.crm_url, 99), UNTIL, issued=DAY, number="1")
    with pytest.raises(licence.LicenceError, match="signature"):
        licence.read(".".join((header, content.split(".")[1], signature)), PUBLIC)


def test_any_tool_for_jws_verifies_a_key() -> None:
    x = {"kty": "OKP", "crv": "Ed25519", "x": licence.public_text(KEY)}
    found = jwt.decode_complete(_issued(), jwt.PyJWK(x), ["EdDSA"])

    assert found["header"] == {"alg": "EdDSA", "typ": "mail-connector-licence"}
    assert (found["payload"]["users"], found["payload"]["until"]) == (25, "2027-12-31")


def _signed(content: bytes, **header: object) -> str:
    return jwt.PyJWS().encode(content, KEY, "EdDSA", {"typ": licence.TYPE, **header})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "eyJ",
        "nonsense",
        "e30.e30." + "A" * 86,
        _issued()[:-1],
        _signed(b"{}", typ="JWT"),
        jwt.PyJWS().encode(b"{}", "x" * 32, "HS256", {"typ": licence.TYPE}),
        jwt.PyJWS().encode(b"{}", "", "none", {"typ": licence.TYPE}),
    ],
    ids=["empty", "cut", "a word", "no header", "signature cut", "another type", "HMAC", "unsigned"],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    for public in (PUBLIC, None):
        with pytest.raises(licence.LicenceError):
            licence.read(text, public)


@pytest.mark.parametrize("content", [b"{}", b"[]", b"no JSON", b"\xff"])
def test_a_key_with_another_content_is_refused(content: bytes) -> None:
    with pytest.raises(licence.LicenceError, match="content"):
        licence.read(_signed(content), PUBLIC)


def test_a_licence_can_not_end_before_it_begins() -> None:
    with pytest.raises(licence.LicenceError, match="past"):
        _issued(until=DAY - datetime.timedelta(days=1))


@given(
    st.text(min_size=1, max_size=200).filter(lambda text: text.strip() != "").map(str.strip),
    st.integers(1, 100_000),
    st.dates(DAY),
)
def test_any_name_survives_request_and_licence(name: str, users: int, until: datetime.date) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    request = licence.read_request(licence.Request(name, "https://crm.example.com", users).text())
    issued = licence.read(licence.issue(KEY, request, until, issued=DAY, number="1"), PUBLIC)

    assert (issued.installation, issued.users, issued.until) == (name, users, until)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://crm.example.com", "https://crm.example.com"),
        ("https://crm.example.com/", "https://crm.example.com"),
        (" HTTPS://CRM.Example.com:443/Crm/index.php?x=1#y", "https://crm.example.com/Crm"),
        ("http://crm.example.com:80/crm//", "http://crm.example.com/crm"),
        ("https://crm.example.com:8443/crm", "https://crm.example.com:8443/crm"),
    ],
)
def test_addresses_are_compared_without_what_does_not_matter(url: str, plain: str) -> None:
    assert licence.plain_url(url) == plain


@pytest.mark.parametrize(
    ("installation", "url", "users"),
    [
        ("", "https://crm.example.com", 1),
        ("   ", "https://crm.example.com", 1),
        ("x" * 201, "https://crm.example.com", 1),
        ("x", "crm.example.com", 1),
        ("x", "https://user@crm.example.com", 1),
        ("x", "ftp://crm.example.com", 1),
        ("x", "https://crm.example.com", 0),
    ],
)
def test_a_request_has_to_make_sense(installation: str, url: str, users: int) -> None:
    with pytest.raises(licence.LicenceError):
        licence.Request(installation, url, users)


@pytest.mark.parametrize("text", ["", "MCR1.", "MCR1.e30", "MCR1.W10", "eyJ.e30", "MCR1.!"])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(licence.LicenceError):
        licence.read_request(text)


@pytest.mark.parametrize("text", ["", "abc", "A" * 42, "A" * 44, "A" * 42 + "!"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(licence.LicenceError):
        licence.public_key(text)


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = licence.main(arguments)
    out = capsys.readouterr()
    assert code == 0, out.err
    return out.out.strip()


def test_the_command_from_key_pair_to_licence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private, public = tmp_path / "private.pem", tmp_path / "key.pub"
    _run(capsys, "keygen", "--private", str(private), "--public", str(public))
    if sys.platform != "win32":
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    request = _run(
        capsys, "request", "--installation", "Our Company", "--url", "https://CRM.example.com/", "--users", "25"
    )
    key = _run(
        capsys, "issue", "--private", str(private), "--request", request, "--until", "2099-12-31", "--users", "30"
    )

    shown = _run(capsys, "verify", key, "--public", str(public))
    assert "users: 30" in shown
    assert "crm_url: https://crm.example.com\n" in shown
    assert "signature: right" in shown
    assert "not checked" in _run(capsys, "show", key)


def test_a_key_pair_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private, public = tmp_path / "private.pem", tmp_path / "key.pub"
    public.write_text("mine", "utf-8")

    assert licence.main(["keygen", "--private", str(private), "--public", str(public)]) == 1
    assert public.read_text("utf-8") == "mine"
    assert not private.exists()
    assert "already" in capsys.readouterr().err


def test_a_wrong_private_key_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "private.pem"
    file.write_text("nonsense", "utf-8")

    assert licence.main(["issue", "--private", str(file), "--request", REQUEST.text(), "--until", "2099-12-31"]) == 1
    assert "can't be read" in capsys.readouterr().err
