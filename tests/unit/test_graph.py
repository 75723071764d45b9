"""Microsoft Graph: addresses, lists, waiting, resuming, and what refusals mean."""

from __future__ import annotations

import base64
import datetime
import json
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import errors
from connector.app.graphwords import GRAPH as SENTENCES
from connector.app.texts import say_error
from connector.errors import GraphUnreadable, PressNeeded, SourceError, SourceRefused
from connector.graph import addresses, listing
from connector.graph.addresses import GRAPH, Place, rest_id
from connector.graph.failures import claims, of_answer, of_token
from connector.graph.listing import Listed, matched
from connector.graph.resuming import Version, asks, goes_on, version
from connector.graph.waiting import LONGEST_PAUSE, MOST_TRIES, pause, retry_after
from connector.ports import RawAttachment
from workshop.pane_headers import GRAPH_HOST

NOW = datetime.datetime(2026, 11, 29, 6, 0, tzinfo=datetime.UTC)
office_ids = st.text("ABCabc019+/=-_", min_size=1, max_size=40)
anything = st.text(max_size=40)


def raw(name: str, size: int = 10, given_id: str = "") -> RawAttachment:
    return RawAttachment(given_id, name, size, "text/plain", "file", inline=False)


# Addresses


@given(office_ids, office_ids, st.sampled_from(["", "support@ourcompany.example", "a'b/c?d@x.example"]))
def test_every_address_is_about_this_mail(mail: str, attachment: str, mailbox: str) -> None:
    place = Place(mail, mailbox)
    base = ["", "v1.0", *(["users", mailbox] if mailbox else ["me"]), "messages", rest_id(mail)]
    for address, end in (
        (addresses.whole(place), ["$value"]),
        (addresses.attachments(place), ["attachments"]),
        (addresses.content(place, attachment), ["attachments", rest_id(attachment), "$value"]),
        (addresses.link(place, attachment), ["attachments", rest_id(attachment)]),
    ):
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == GRAPH == GRAPH_HOST
        assert [unquote(one) for one in parts.path.split("/")] == [*base, *end]
        assert not parts.fragment


@given(office_ids)
def test_an_id_of_graph_stays(office: str) -> None:
    made = rest_id(office)
    assert rest_id(made) == made
    assert not set(made) & set("+/")


def test_what_is_not_shared_takes_no_more_than_one_s_own_mails() -> None:
    assert Place("x").scope == "Mail.Read"
    assert Place("x", "support@ourcompany.example").scope == "Mail.Read.Shared"


def test_a_list_goes_on_at_the_same_mail_only() -> None:
    place = Place("AAk+/=")
    own = addresses.attachments(place).partition("?")[0]
    further = own + "?$select=id&$skip=10"
    written = [further, further.replace("=?", "%3D?"), further.replace("me/messages/", "users('1-2')/messages('x')/x/")]
    assert {addresses.following(place, one) for one in written} == {further}
    assert addresses.following(place, addresses.attachments(Place("other")) + "&$skip=10").startswith(own + "?")
    assert addresses.following(place, further.replace("graph", "evil")) == ""
    assert addresses.following(place, further.replace("https", "http")) == ""
    assert addresses.following(place, own) == ""
    assert addresses.following(place, f"{GRAPH}/v1.0/me/messages?$skip=10") == ""


# The list


@given(st.recursive(st.none() | st.booleans() | st.integers() | anything, lambda more: st.lists(more) | st.dictionaries(
    st.sampled_from(["value", "id", "name", "contentType", "size", "@odata.type", "@odata.nextLink", "sourceUrl"]), more
)).map(json.dumps) | anything)  # fmt: skip
def test_any_answer_is_a_list_or_none(text: str) -> None:
    try:
        entries, following = listing.read(text)
    except GraphUnreadable:
        pass
    else:
        assert all(isinstance(one, Listed) and one.size >= 0 for one in entries)
        assert isinstance(following, str)
    assert isinstance(listing.target(text), str)


def test_the_kinds_of_attachments() -> None:
    entries = [
        {"@odata.type": f"#microsoft.graph.{kind}Attachment", "id": kind} for kind in ("file", "item", "reference")
    ]
    found, following = listing.read(json.dumps({"value": entries, "@odata.nextLink": "x"}))
    assert [one.kind for one in found] == ["file", "item", "cloud"]
    assert following == "x"


@given(st.lists(st.tuples(st.sampled_from(["a", "b", ""]), st.integers(0, 3)), max_size=8), st.data())
def test_all_are_found_by_name_size_and_order(files: list[tuple[str, int]], data: st.DataObject) -> None:
    outlooks = [raw(name, size) for name, size in files]
    graphs = [Listed(f"g{at}", name, "", size) for at, (name, size) in enumerate(files)]
    found = matched(outlooks, data.draw(st.permutations(graphs)))
    assert sorted(one.id for one in found if one) == sorted(one.id for one in graphs), "each is that of one"
    assert [(one.name, one.size) for one in found if one] == files


@given(st.lists(st.sampled_from(["a", "b"]), max_size=6), st.data())
def test_ids_decide_in_either_form(names: list[str], data: st.DataObject) -> None:
    outlooks = [raw(name, given_id=f"AA+{at}/=") for at, name in enumerate(names)]
    graphs = [Listed(rest_id(one.id), one.name, "", 0) for one in outlooks]
    found = matched(outlooks, data.draw(st.permutations(graphs)))
    assert [one.id for one in found if one] == [rest_id(one.id) for one in outlooks]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2)), max_size=6),
       st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2)), max_size=6))  # fmt: skip
def test_none_is_taken_for_two_or_for_one_of_another_name(
    files: list[tuple[str, int]], others: list[tuple[str, int]]
) -> None:
    graphs = [Listed(f"g{at}", name, "", size) for at, (name, size) in enumerate(others)]
    found = matched([raw(name, size) for name, size in files], graphs)
    taken = [one.id for one in found if one]
    assert len(taken) == len(set(taken))
    assert all(one is None or one.name == name for one, (name, _) in zip(found, files, strict=True))


def test_a_file_is_not_taken_for_an_attached_mail_of_its_name() -> None:
    mail = RawAttachment("", "Offer", 10, "", "item", inline=False)
    graphs = [Listed("file", "Offer", "application/pdf", 5), Listed("mail", "Offer", "", 6, kind="item")]
    assert [one.id for one in matched([mail, raw("Offer", 10)], graphs) if one] == ["mail", "file"]
    assert [one.id for one in matched([raw("Offer", 10), mail], graphs[::-1]) if one] == ["file", "mail"]


@given(
    st.text(max_size=30) | st.sampled_from(["2026-11-29T08:00:00Z", "2026-11-29T08:00:00.5Z", "0001-01-01T00:00:00Z"])
)
def test_any_properties_of_a_mail_are_a_head(written: str) -> None:
    properties = {
        "internetMessageId": written,
        "subject": written,
        "sentDateTime": written,
        "from": {"emailAddress": {"address": written}},
    }
    told = listing.told(json.dumps(properties))
    assert told.headers == ""
    assert told.head.count("\r\n") == len(told.head.splitlines())
    assert told == listing.told(json.dumps({**properties, "internetMessageHeaders": [None, {"name": written}]}))


@pytest.mark.parametrize("answer", ["", "[]", "null", "<html>", '{"internetMessageHeaders": 1}'])
def test_what_is_no_mail_is_told_nothing_of(answer: str) -> None:
    try:
        assert listing.told(answer) == listing.Told("", "")
    except GraphUnreadable:
        assert not answer.startswith("{")


def test_an_id_that_has_the_name_of_another_file_is_not_believed() -> None:
    outlooks = [raw("a.pdf", given_id="1"), raw("b.pdf", given_id="2")]
    turned = [Listed("2", "a.pdf", "", 0), Listed("1", "b.pdf", "", 0)]
    assert [one.name for one in matched(outlooks, turned) if one] == ["a.pdf", "b.pdf"]
    renamed = [Listed("1", "a:.pdf", "", 0), Listed("2", "b.pdf", "", 0)]
    assert [one.id for one in matched(outlooks, renamed) if one] == ["1", "2"]
    assert matched([raw("a.pdf", given_id="1")] * 2, renamed[:1]) == (renamed[0], renamed[0]), (
        "one that is listed twice"
    )
    assert matched([raw("a.pdf", given_id="1"), raw("c.pdf", given_id="1")], renamed[:1]) == (None, None)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2)), max_size=6), st.data())
def test_without_their_order_only_what_is_alone_is_taken(files: list[tuple[str, int]], data: st.DataObject) -> None:
    graphs = [Listed(f"g{at}", name, "", size) for at, (name, size) in enumerate(files)]
    found = matched([raw(*one) for one in files], data.draw(st.permutations(graphs)), in_order=False)
    for at, one in enumerate(found):
        alone = files.count(files[at]) == 1
        assert one == (graphs[at] if alone else None)


def test_what_is_ambiguous_is_left_open() -> None:
    graphs = [Listed("g1", "a", "", 1), Listed("g2", "a", "", 2), Listed("g3", "a", "", 3)]
    assert matched([raw("a", 7), raw("a", 8)], graphs) == (None, None)
    assert matched([raw("a", 7), raw("a", 3)], graphs) == (None, None)
    assert matched([raw("a", 3)], graphs) == (graphs[2],)


# Waiting


@given(st.integers(0, 10**6))
def test_a_pause_in_seconds_and_as_a_date(seconds: int) -> None:
    assert retry_after(str(seconds), NOW) == seconds
    assert retry_after(format_datetime(NOW + datetime.timedelta(seconds=seconds), usegmt=True), NOW) == seconds


@given(st.text(), st.integers(1, 20))
def test_nobody_waits_for_long(value: str, tries: int) -> None:
    seconds = pause({"retry-after": value}, tries, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_PAUSE
    assert seconds is None or tries < MOST_TRIES


def test_a_pause_that_is_past_is_none_and_a_long_one_too_long() -> None:
    assert pause({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, 1, NOW) == 0
    assert pause({"retry-after": "3600"}, 1, NOW) is None
    assert [pause({}, tries, NOW) for tries in range(1, MOST_TRIES + 1)] == [1, 2, 4, 8, None]


# Going on


@given(st.binary(min_size=2, max_size=60), st.data(), st.sampled_from(["etag", "length", "both"]))
def test_the_rest_of_the_same_content_is_taken(content: bytes, data: st.DataObject, told: str) -> None:
    held = data.draw(st.integers(1, len(content) - 1))
    etag = {"etag": '"1"'} if told != "length" else {}
    length = {"content-length": str(len(content))} if told != "etag" else {}
    first = version(200, {**etag, **length})
    assert asks(held, first) == {"Range": f"bytes={held}-"}
    rest = {"content-range": f"bytes {held}-{len(content) - 1}/{len(content)}", **etag}
    assert goes_on(206, rest, held, first)
    assert not goes_on(200, rest, held, first), "all of it comes again"
    assert not goes_on(206, rest, held + 1, first), "another part"
    assert not goes_on(206, {**rest, "etag": '"2"'}, held, version(200, {"etag": '"1"', **length}))
    longer = {"content-range": f"bytes {held}-{len(content)}/{len(content) + 1}"}
    assert not goes_on(206, longer, held, first), "another content"


def test_what_nothing_is_known_of_begins_anew() -> None:
    assert asks(10, Version()) == {}
    assert asks(0, Version('"1"', 20)) == {}
    assert version(200, {"etag": 'W/"1"'}) == Version()


@given(st.dictionaries(st.sampled_from(["etag", "content-range", "content-length"]), anything), st.integers(0, 99))
def test_any_headers_are_taken(headers: dict[str, str], held: int) -> None:
    for status in (200, 206):
        assert isinstance(goes_on(status, headers, held, version(status, headers)), bool)


# Refusals


@pytest.mark.parametrize(
    ("code", "text", "interaction", "meant"),
    [
        ("", "AADSTS65001: The user or administrator has not consented", True, "graph-consent"),
        ("", "AADSTS90094: Admin consent is required", True, "graph-admin-needed"),
        ("access_denied", "AADSTS65004: User declined to consent", False, "graph-not-allowed"),
        ("", "AADSTS53003: Access has been blocked by Conditional Access policies", True, "graph-conditions"),
        ("", "AADSTS50076: you must use multi-factor authentication", True, "graph-expired"),
        ("", "AADSTS700016: Application with identifier … was not found", False, "graph-setup"),
        ("", "AADSTS500113: No reply address is registered", False, "graph-setup"),
        ("", "AADSTS50105: the user is not assigned to a role", False, "graph-setup"),
        ("", "AADSTS700082: The refresh token has expired", True, "graph-expired"),
        ("user_canceled", "", False, "graph-closed"),
        ("popup_window_error", "", False, "graph-popup-blocked"),
        ("nested_app_auth_bridge_disabled", "", False, "graph-no-bridge"),
        ("no_account_found", "", False, "graph-not-here"),
        ("no_network_connectivity", "", False, "graph-unreachable"),
        ("", "", True, "graph-consent"),
        ("something", "new", False, "graph"),
    ],
)
def test_what_microsoft_says_of_a_token(code: str, text: str, interaction: bool, meant: str) -> None:
    error = of_token(code, text, interaction=interaction)
    assert error.code == meant
    said = say_error(error)
    assert (said.what, said.next) != ("", "")


@pytest.mark.parametrize(
    ("status", "text", "meant"),
    [
        (401, "", "graph-expired"), (403, "", "graph-denied"),
        (404, "", "graph-mail-missing"), (410, "", "graph-mail-missing"),
        (404, '{"error": {"code": "MailboxNotEnabledForRESTAPI"}}', "graph-not-here"), (429, "", "graph-busy"),
        (401, '{"error": {"code": "OrganizationFromTenantGuidNotFound"}}', "graph-not-here"),
        (404, '{"error": {"code": "ErrorInvalidMailboxItemId"}}', "graph-elsewhere"),
        (400, '{"error": {"code": "ErrorInvalidMailboxItemId"}}', "graph-elsewhere"),
        (400, '{"error": {"code": "ErrorInvalidIdMalformed"}}', "graph-mail-missing"),
        (503, "", "graph-busy"), (504, "<html>", "graph-busy"), (400, "", "graph"), (302, "", "graph-unreadable"),
    ],
)  # fmt: skip
def test_what_a_status_means(status: int, text: str, meant: str) -> None:
    assert of_answer(status, {}, text).code == meant


@given(anything, anything, st.booleans(), st.integers(100, 599), anything)
def test_whatever_is_said_has_a_sentence_with_a_next_step(
    code: str, text: str, interaction: bool, status: int, body: str
) -> None:
    for error in (of_token(code, text, interaction=interaction), of_answer(status, {"www-authenticate": text}, body)):
        assert isinstance(error, SourceError)
        assert error.code in SENTENCES
        assert "{" not in say_error(error).what + say_error(error).next


def test_each_kind_has_its_sentence() -> None:
    made = [kind for name, kind in vars(errors).items() if name.startswith("Graph")]
    assert {kind.code for kind in made if issubclass(kind, PressNeeded)} >= {"graph-consent", "graph-closed"}
    assert {kind.code for kind in made if issubclass(kind, SourceRefused)} >= {"graph-no-bridge", "graph-not-allowed"}
    codes = {code.partition(":")[0] for code in SENTENCES}
    assert codes == {f"{before}{kind.code}" for kind in made for before in ("", "file-")}


def test_the_claims_of_a_challenge_are_handed_on() -> None:
    asked = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1"}}})
    for encoded in (base64.b64encode(asked.encode()), base64.urlsafe_b64encode(asked.encode()).rstrip(b"=")):
        challenge = f'Bearer realm="", error="insufficient_claims", claims="{encoded.decode()}"'
        assert claims(challenge) == asked
        assert of_answer(401, {"www-authenticate": challenge}).code == "graph-conditions"


@given(anything.map(lambda text: f'Bearer claims="{text}"') | anything)
def test_no_challenge_is_too_odd(challenge: str) -> None:
    asked = claims(challenge)
    assert asked == "" or isinstance(json.loads(asked), dict)
