"""The visit to the CRM's sign-in page: what is asked, and which answers are taken."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.errors import (
    ConnectorError,
    GrantRefused,
    LicenceExpired,
    LicenceMissing,
    NoSeat,
    PageClosed,
    PageForeign,
    PageOfOtherCrm,
    PaneTooNew,
    PaneTooOld,
)
from connector.signin.page import Visit, begin

CRM = "https://crm.example.com/crm"
BACK = "https://addin.example.com/signin.html"
ISS = "&iss=https%3A%2F%2Fcrm.example.com%2Fcrm"


def visit() -> Visit:
    return begin(CRM, BACK)


def test_the_page_is_asked_as_the_contract_says() -> None:
    given = visit()
    address = urlsplit(given.address(device="Outlook & Chrome", stay=True, pane="1.0.0"))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{CRM}/index.php"
    asked = {name: value for name, [value] in parse_qs(address.query).items()}
    digest = hashlib.sha256(given.verifier.encode()).digest()
    assert asked == {
        "module": "MailConnector",
        "action": "Authorize",
        "contract": "1",
        "redirect_uri": BACK,
        "state": given.state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "device": "Outlook & Chrome",
        "stay": "1",
        "pane": "1.0.0",
        "skip_vte_header": "true",
        "skip_footer": "1",
    }
    assert given.verifier not in address.query
    # After its login page vtenext loses what stands behind a plus.
    assert "+" not in address.query
    assert "device=Outlook%20%26%20Chrome" in address.query
    assert not address.fragment


def test_state_and_verifier_have_the_form_that_the_contract_wants_and_are_fresh() -> None:
    visits = [visit() for _ in range(50)]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{16,128}", one.state) for one in visits)
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", one.verifier) for one in visits)
    assert len({one.state for one in visits} | {one.verifier for one in visits}) == 100
    assert visits[0].verifier not in repr(visits[0])


def test_the_challenge_of_the_rfc() -> None:
    """RFC 7636, appendix B."""
    given = Visit(CRM, BACK, "s" * 16, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    address = given.address(device="", stay=False, pane="1")
    assert "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&" in address


def test_the_code_is_taken_from_the_answer_to_this_visit() -> None:
    given = visit()
    assert given.grant(f"#code=mcc1_a-b_c{ISS}&state={given.state}") == "mcc1_a-b_c"
    assert given.grant(f"state={given.state}&code=mcc1_x{ISS}&more=1") == "mcc1_x"


@pytest.mark.parametrize("state", ["", "&state=", "&state=other", "&state=ü", "&state={other}", "&state={state}x"])
def test_an_answer_to_another_visit_is_thrown_away(state: str) -> None:
    given = visit()
    with pytest.raises(PageForeign):
        given.grant(f"#code=mcc1_x{ISS}" + state.format(other=visit().state, state=given.state))
    # Whatever else it says: a foreign page may not even choose the message.
    with pytest.raises(PageForeign):
        given.grant(f"#error=no_seat{ISS}" + state.format(other=visit().state, state=given.state))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("error=access_denied", PageClosed),
        ("error=no_seat", NoSeat),
        ("error=licence_missing", LicenceMissing),
        ("error=licence_expired", LicenceExpired),
        ("error=pane_too_old", PaneTooOld),
        ("error=pane_too_new", PaneTooNew),
        ("error=request_invalid", GrantRefused),
        ("error=of_the_future&code=mcc1_x", GrantRefused),
        ("code=", GrantRefused),
        ("", GrantRefused),
    ],
)
def test_a_refusal_is_told(answer: str, error: type[ConnectorError]) -> None:
    given = visit()
    with pytest.raises(error) as raised:
        given.grant(f"#{answer}{ISS}&state={given.state}")
    assert raised.value.details["host"] == "crm.example.com"


@pytest.mark.parametrize(
    "iss",
    [
        "",
        "&iss=",
        "&iss=https://evil.example/crm",
        "&iss=https://crm.example.com",
        "&iss=https://crm.example.com/crm/other",
        "&iss=https://crm.example.com:8443/crm",
        "&iss=http://crm.example.com/crm",
        "&iss=https://crm.example.com.evil.example/crm",
        "&iss=https://user@crm.example.com/crm",
        "&iss=javascript:0",
        f"{ISS}&iss=https://evil.example/crm",
    ],
)
def test_only_the_crm_that_was_asked_may_answer(iss: str) -> None:
    """RFC 9207: a code that another server gave goes to nobody, and another server chooses no message."""
    given = visit()
    for answer in ("code=mcc1_x", "error=no_seat"):
        with pytest.raises(PageOfOtherCrm) as raised:
            given.grant(f"#{answer}{iss}&state={given.state}")
        assert raised.value.details == {"host": "crm.example.com"}


@pytest.mark.parametrize(
    "told", ["https://CRM.example.com/crm/", "https://crm.example.com:443/crm", f"{CRM}/index.php"]
)
def test_the_same_address_may_be_written_in_another_way(told: str) -> None:
    given = visit()
    assert given.grant(f"#code=mcc1_x&iss={quote(told, safe='')}&state={given.state}") == "mcc1_x"


@given(st.text() | st.text("&=#code;state%é", max_size=200))
@example("a&" * 50)
def test_no_fragment_breaks_it(fragment: str) -> None:
    with pytest.raises(ConnectorError):
        visit().grant(fragment)
