"""The CRM's address: whatever is typed or pasted, one address or a clear refusal."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import CrmAddressError, CrmAddressInsecure, CrmAddressInvalid
from connector.vtenext.url import host, normalise, operation_url, record_page


@pytest.mark.parametrize(
    ("given_text", "url"),
    [
        ("crm.example.com", "https://crm.example.com"),
        ("crm.example.com/crm", "https://crm.example.com/crm"),
        ("https://crm.example.com/crm/", "https://crm.example.com/crm"),
        ("  HTTPS://CRM.Example.COM/Crm//  ", "https://crm.example.com/Crm"),
        ("<https://crm.example.com>", "https://crm.example.com"),
        ("\u200bcrm.example.com\ufeff\n", "https://crm.example.com"),
        ("//crm.example.com/crm", "https://crm.example.com/crm"),
        ("https:/crm.example.com", "https://crm.example.com"),
        ("https://https://crm.example.com", "https://crm.example.com"),
        ("https:\\\\crm.example.com\\crm", "https://crm.example.com/crm"),
        ("https://crm.example.com/crm/index.php?module=Home&action=index#top", "https://crm.example.com/crm"),
        ("https://crm.example.com/index.php", "https://crm.example.com"),
        ("https://crm.example.com/crm/restapi/v1/vtews/loginpwd", "https://crm.example.com/crm"),
        ("https://crm.example.com?x=1", "https://crm.example.com"),
        ("https://crm.example.com#x/y", "https://crm.example.com"),
        ("crm.example.com:8443/crm", "https://crm.example.com:8443/crm"),
        ("https://crm.example.com:443", "https://crm.example.com"),
        ("https://crm.example.com:", "https://crm.example.com"),
        ("https://crm.example.com./crm", "https://crm.example.com/crm"),
        ("crm", "https://crm"),
        ("crm_test.example.com", "https://crm_test.example.com"),
        ("192.0.2.7/vte", "https://192.0.2.7/vte"),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("BÜCHER.example", "https://xn--bcher-kva.example"),
        ("straße.example", "https://xn--strae-oqa.example"),
        ("ｃｒｍ．ｅｘａｍｐｌｅ", "https://crm.example"),
        ("crm.example/a/../b/./c", "https://crm.example/b/c"),
        ("crm.example/../..", "https://crm.example"),
        ("crm.example/my crm/ü", "https://crm.example/my%20crm/%C3%BC"),
        ("crm.example/my%20crm/100%", "https://crm.example/my%20crm/100%25"),
        ("http://localhost:8080/crm", "http://localhost:8080/crm"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:5000/", "http://[::1]:5000"),
        ("localhost:8080", "https://localhost:8080"),
    ],
)
def test_normalise(given_text: str, url: str) -> None:
    assert normalise(given_text) == url


@pytest.mark.parametrize(
    "given_text",
    [
        "",
        "   ",
        "https://",
        "hello world",
        "ftp://crm.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "javascript://crm.example",
        "data:text/html,x",
        "https://user@crm.example",
        "https://user:secret@crm.example/crm",
        "crm.example:99999",
        "crm.example:0",
        "crm.example:80a",
        "crm..example",
        "-crm.example",
        "crm-.example",
        "crm.example,com",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "010.0.0.1",
        "256.1.1.1",
        "[::1",
        "[fe80::1%eth0]",
        "[not:an:address]",
        "x" * 64 + ".example",
        "a" + ".a" * 127,
        "℀.example",
        "crm.exa mple",
        "crm\u2215.example",
        "?",
        "#",
        "/crm",
        "mary@x.example",
    ],
)
def test_no_address(given_text: str) -> None:
    with pytest.raises(CrmAddressInvalid):
        normalise(given_text)


@pytest.mark.parametrize(
    "given_text",
    [
        "http://crm.example.com",
        "HTTP://192.168.0.1/crm",
        "http://localhost.example.com",
        "http://127.0.0.2",
        "http:crm",
    ],
)
def test_plain_http_is_for_this_machine_only(given_text: str) -> None:
    with pytest.raises(CrmAddressInsecure) as caught:
        normalise(given_text)
    assert caught.value.details["given"] == given_text


def test_a_refusal_shows_no_secret() -> None:
    with pytest.raises(CrmAddressInvalid) as caught:
        normalise("https://user:secret@crm.example/crm?token=secret")
    assert caught.value.details == {"given": "crm.example/crm"}


@given(st.text() | st.text("htps:/.@?#[]%\\ abc019ü", max_size=40).map("https://crm".__add__))
def test_one_address_or_a_clear_refusal(text: str) -> None:
    try:
        url = normalise(text)
    except CrmAddressError:
        return
    assert normalise(url) == url
    parts = urllib.parse.urlsplit(url)
    assert parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")
    assert parts.hostname
    assert parts.username is None
    assert not parts.query
    assert not parts.fragment
    assert not url.endswith("/")
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert host(url) == parts.netloc


def test_addresses_made_from_it() -> None:
    crm = "https://crm.example:8443/crm"
    assert host(crm) == "crm.example:8443"
    assert operation_url(crm, "loginpwd") == crm + "/restapi/v1/vtews/loginpwd"
    assert operation_url(crm, "../x?y") == crm + "/restapi/v1/vtews/..%2Fx%3Fy"
    assert record_page(crm, "Contacts", "4x39") == crm + "/index.php?module=Contacts&action=DetailView&record=39"
    assert record_page(crm, "Contacts", "39") == crm + "/index.php?module=Contacts&action=DetailView&record=39"
    assert record_page(crm, "A&b=c", "4x3&x=9") == crm + "/index.php?module=A%26b%3Dc&action=index"


@given(st.text(), st.text())
def test_a_hostile_record_stays_on_its_page(module: str, record_id: str) -> None:
    parts = urllib.parse.urlsplit(record_page("https://crm.example/crm", module, record_id))
    assert parts.netloc == "crm.example"
    assert parts.path == "/crm/index.php"
    assert set(urllib.parse.parse_qs(parts.query, keep_blank_values=True)) <= {"module", "action", "record"}
