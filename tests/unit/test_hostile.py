"""Hostile mails and hostile CRMs through the real code: nothing crashes, nothing changes a query's meaning.

The judge of queries is the sandbox CRM's parser, which knows the whole language.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.app.element import Element
from connector.app.links import stored_name_of
from connector.app.state import Asking, LinkView, Search, State
from connector.app.views import view
from connector.errors import ConnectorError
from connector.finding.answers import Answers
from connector.finding.otherside import asked, other_side
from connector.finding.records import Module, Record
from connector.finding.results import Results
from connector.finding.suggestion import Reason, Suggestion
from connector.linking.link import LinkPlan, begin
from connector.linking.linker import Linker
from connector.linking.message import fields_of, record_of
from connector.linking.original import name_of
from connector.linking.receipt import receipt_of
from connector.linking.states import Content, StoredMail
from connector.linking.zone import ServerZone
from connector.mail.body import sound
from connector.mail.filename import TITLE
from connector.mail.identity import sought_unread
from connector.mail.mail import Mail, mail_from
from connector.mail.ours import ours_of
from connector.ports import (
    Body,
    FileHandle,
    Progress,
    RawAddress,
    RawAttachment,
    RawMail,
    Request,
    Response,
    Traits,
    WholeFile,
)
from connector.signin.states import SignedIn
from connector.vtenext import pieces, wire
from connector.vtenext.client import CrmClient
from connector.vtenext.crm import Crm
from connector.vtenext.doors import connected, storing
from connector.vtenext.session import Session
from connector.vtenext.stock.lookup import documents_after, find_mails, marker_of
from connector.vtenext.stock.search import search
from connector.vtenext.stock.suggestions import suggest
from contract.surroundings import SystemClock
from draws import examples
from sandbox_crm.rest.vtql import Query, parse, unescaped
from unit.growth import assert_linear
from unit.markup import walk

CRM = "https://crm.example/crm"
OWNER = RawAddress("Sales", "sales@ourcompany.example")
OURS = ours_of(OWNER)
MANY = settings(max_examples=examples(400), suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=examples(200), suppress_health_check=list(HealthCheck))

NASTY = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "\"><svg/onload=alert(1)>",
    "' OR '1'='1", "'; DROP TABLE vte_users; --", "\\", "\\' OR 1=1; --", "x' AND email LIKE '%", "'", "''", ";",
    "a\\", "%", "_", "where", "' where '", "\ud800", "\udfff\ud800", "\x00", "\x00'\x00", "\r\nBcc: all@x.example",
    "\u202egpj.exe", "\ufeff", "{0}{subject}%s", "🦊" * 30, "\U0010ffff", "=?utf-8?q?=00?=", "a" * 5000, "é\u0301",
    "<!--", "]]>", "&#0;", "${alert(1)}", "../../etc/passwd", "__proto__", "constructor", "4x39", "0x0", "NaN",
]  # fmt: skip
"""Texts that have broken programs."""

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec=None), max_size=40),
    st.lists(st.sampled_from([*NASTY, "@", "<", ">", ",", " ", "mary@northwind.example"]), max_size=4).map("".join),
)
addresses = st.builds(RawAddress, texts, st.one_of(texts, st.builds("{}@{}".format, texts, texts)))
attachments = st.builds(
    RawAttachment,
    id=texts,
    name=texts,
    size=st.integers(-(2**40), 2**60),
    media_type=texts,
    kind=st.sampled_from(["file", "item", "cloud", "contact", ""]),
    inline=st.booleans(),
    content_id=texts,
)
instants = st.datetimes(
    min_value=datetime.datetime(1, 1, 1), max_value=datetime.datetime(9999, 12, 31), timezones=st.just(datetime.UTC)
)
raw_mails = st.builds(
    RawMail,
    item_id=texts,
    subject=texts,
    sender=st.none() | addresses,
    author=st.none() | addresses,
    to=st.lists(addresses, max_size=4).map(tuple),
    cc=st.lists(addresses, max_size=3).map(tuple),
    created=st.none() | instants,
    message_id=texts,
    conversation_id=texts,
    attachments=st.lists(attachments, max_size=3).map(tuple),
)

FIELDS = """
    id firstname lastname email accountname email1 related_to sales_stage ticket_title account_id parent_id messageid
    mtype mdate createdtime assigned_user_id notes_title filesize folderid notecontent subject
""".split()
KEYS = (
    """
    types information label singular isEntity fields name type refersTo picklistValues value uitype idPrefix labelFields
    maxUploadFileSize records links module reason about copies by at message_id
""".split()
    + FIELDS
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    texts,
    st.sampled_from(["4x39", "3x19", "7x1", "email", "file"]),
)
answers = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(KEYS), texts), inner, max_size=8)
    ),
    max_leaves=20,
)
rows = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["4x39", "3x19", "7x12"]) | scalars}, optional=dict.fromkeys(FIELDS[1:], scalars)
    ),
    max_size=4,
)
fields = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(FIELDS) | texts},
        optional={
            "type": answers
            | st.fixed_dictionaries(
                {"name": st.sampled_from(["email", "reference", "url", "picklist", "file"]) | texts},
                optional={
                    "refersTo": st.lists(st.sampled_from(["Accounts", "Contacts"]) | texts, max_size=3) | scalars
                },
            ),
            "uitype": st.sampled_from(["4"]) | scalars,
        },
    ),
    max_size=6,
)
shapes = st.fixed_dictionaries(
    {"fields": fields, "labelFields": st.sampled_from(["firstname,lastname", "email"]) | scalars, "idPrefix": scalars}
)
MODULES = ["Contacts", "Accounts", "Potentials", "HelpDesk", "Leads", "Machines", "Documents"]
types = st.lists(st.sampled_from(MODULES) | texts, max_size=5).map(
    lambda names: {
        "types": names,
        "information": {name: {"label": name, "isEntity": True, "singular": name[::-1]} for name in names},
    }
)
PLAUSIBLE = {
    "listtypes": types,
    "describe": shapes,
    "query": rows,
    "retrieve": rows.map(lambda found: (found or [{}])[0]),
}


class HostileCrm:
    """A transport whose answers have the outer form of vtenext's, and any content."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self.requests: list[Request] = []

    def prepare(self, request: Request | None) -> None:
        """Nothing can be done before."""

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Answer one request."""
        self.requests.append(request)
        operation = request.url.rpartition("/")[2]
        content = self._data.draw(
            st.one_of(PLAUSIBLE.get(operation, answers), PLAUSIBLE.get(operation, answers), answers)
        )
        if operation.startswith("mailconnector"):
            content = {"contract": 1, "ok": True, "result": content}
        text = json.dumps({"status": 200, "data": content})
        if progress is not None:
            progress(1, 1)
        return Response(self._data.draw(st.sampled_from([200, 200, 200, 200, 500])), text)

    def queries(self) -> list[Query]:
        """All queries that were asked, as the CRM's parser reads them."""
        asked = [json.loads(one.body) for one in self.requests if one.body and one.url.endswith("/query")]
        return [parse(one["query"]) for one in asked]

    def check(self) -> None:
        """Every request can be sent, and every query is one statement of the known form."""
        for request in self.requests:
            (request.body or "").encode()
            assert request.url.startswith(f"{CRM}/restapi/v1/vtews/")
            assert not {"\r", "\n", "\x00"} & set("".join(request.headers.values()))
        for query in self.queries():
            assert query.limit is not None
            for conditions in query.alternatives:
                for condition in conditions:
                    assert re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", condition.field)
                    for value in condition.values:
                        unescaped(value)


def literals(query: Query) -> set[str]:
    """What the query compares with, as the database reads it."""
    return {unescaped(value) for conditions in query.alternatives for one in conditions for value in one.values}


def meant(text: str) -> str:
    """A text as a literal carries it: without control characters and halves of characters."""
    return re.sub("[\x00-\x1f\x7f-\x9f]", "", sound(text)) or " "


def client_of(crm: HostileCrm, token: str = "") -> CrmClient:
    key = "" if token else "0123456789abcdef"
    return CrmClient(crm, Session(CRM, "agent", access_key=key, token=token))


async def ours_only(work: Any) -> Any:
    """The result; None where one of the connector's own errors came. Any other error fails the test."""
    try:
        return await work
    except ConnectorError as error:
        if any(not isinstance(one, str) for one in error.details.values()):
            raise AssertionError("A detail is no text.") from error
        return None


# Mails --------------------------------------------------------------------------------------------


@MANY
@given(raw=raw_mails, body=st.builds(Body, texts, texts), more=st.tuples(texts, texts, texts, texts))
def test_any_mail_becomes_a_record_that_says_the_same(
    raw: RawMail, body: Body, more: tuple[str, str, str, str]
) -> None:
    mail = mail_from(raw, OURS)
    assert mail.message_id or not mail.has_own_id
    date = raw.created or datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
    content = Content(body, date, *more)
    link = begin(LinkPlan(mail, ()), stored_name_of)
    record, _ = record_of(link, content, "2026-11-23 08:00:00", with_files=True)
    request = wire.request(
        CRM, "create", {"elementType": "Messages"}, credentials=("ä", "k"), encoded={"element": pieces.element(record)}
    )
    assert request.body is not None
    request.body.encode()
    element = json.loads(json.loads(request.body)["element"])
    for name, value in fields_of(mail, content, "2026-11-23 08:00:00").items():
        assert element[name] == sound(value).replace("\x00", "")
    assert max(element["description"], default="") <= "\uffff"
    assert all(0 < len(outcome.name) < 256 for outcome in link.files)
    assert 4 < len(name_of(raw.subject)) <= TITLE
    shown(mail)


def shown(mail: Mail) -> None:
    """Render the mail in each kind of screen: text stays text."""
    record = Record("4x39", "Contacts", mail.subject, mail.author.name)
    suggestion = Suggestion(record, Reason.ADDRESS, mail.author.mail)
    base = State(
        ready=True,
        sign_in=SignedIn(CRM, "agent"),
        mail=mail,
        suggestions=(suggestion,),
        suggesting=Asking.DONE,
        chosen=(record,),
        modules=(Module("Contacts", mail.subject, mail.subject),),
        search=Search(mail.subject, "", Asking.DONE, Results(Answers((record,)))),
    )
    link = begin(LinkPlan(mail, (record,), keeps_original=True), stored_name_of)
    for state in (
        base,
        replace(base, links={mail.key: LinkView(link)}),
        replace(base, links={mail.key: LinkView(link, running=False, receipt=receipt_of(link))}),
        replace(base, mail=None, links={mail.key: LinkView(link, running=False, receipt=receipt_of(link))}),
    ):
        harmless(view(state))


def harmless(tree: Element) -> None:
    """No element runs, loads or leads anywhere, whatever its attributes hold."""
    for element in walk(tree):
        assert element.tag not in {"script", "iframe", "object", "embed", "img", "svg", "style", "link", "a", "base"}
        for name in element.attributes:
            assert not name.startswith("on")
            assert name not in {"src", "href", "style", "srcdoc", "action", "formaction", "innerHTML"}


@MANY
@given(raw=raw_mails, data=st.data())
def test_a_hostile_mail_asks_only_for_its_own_addresses(raw: RawMail, data: st.DataObject) -> None:
    """Suggestions and the look for earlier copies: each query compares with what the mail says, and nothing else."""
    crm = HostileCrm(data)
    mail = mail_from(raw, OURS)

    async def work() -> None:
        async def suggestions() -> None:
            async for found in suggest(client_of(crm), other_side(mail)):
                for one in found.answers.found:
                    assert isinstance(one, Suggestion)

        await ours_only(suggestions())
        await ours_only(find_mails(client_of(crm), sought_unread(mail.message_id, mail.subject)))

    asyncio.run(work())
    crm.check()
    people = {meant(one.mail.casefold()) for one in asked(other_side(mail))}
    for query in crm.queries():
        fields_asked = {one.field for conditions in query.alternatives for one in conditions}
        if query.module == "Messages":
            [beginning] = sought_unread(mail.message_id, mail.subject).beginnings
            assert literals(query) == {meant(beginning).replace("\\", "_") + "%"}
        elif fields_asked and all("email" in name for name in fields_asked) and not _likes(query):
            assert literals(query) <= people


def _likes(query: Query) -> bool:
    return any(one.operator == "LIKE" for conditions in query.alternatives for one in conditions)


# Searching ----------------------------------------------------------------------------------------


@MANY
@given(text=texts.map(lambda text: text[:200]), chosen=st.sampled_from(["", "Contacts"]), data=st.data())
def test_no_search_text_changes_the_query(text: str, chosen: str, data: st.DataObject) -> None:
    crm = HostileCrm(data)
    asyncio.run(_search(crm, chosen, text))
    crm.check()
    for query in crm.queries():
        assert _likes(query)
        words = [re.sub("[\U00010000-\U0010ffff]+", "%", sound(word).replace("\\", "_")) for word in text.split()[:3]]
        assert {one.field for conditions in query.alternatives for one in conditions} <= set(query.fields)
        assert {value.replace("\\%", "%").replace("\\_", "_") for value in literals(query)} <= {
            meant(f"%{word}%") for word in words
        }


async def _all(found: AsyncIterator[Results]) -> Answers[Record]:
    return [one async for one in found][-1].answers


async def _search(crm: HostileCrm, chosen: str, text: str) -> None:
    modules = [Module(name, name, name) for name in ("Contacts", "Accounts")]
    found = await ours_only(_all(search(client_of(crm), modules, chosen, text)))
    for record in found.found if found else ():
        assert re.fullmatch(r"\d+x\d+", record.id)
        assert isinstance(record.name + record.detail, str)


# Answers ------------------------------------------------------------------------------------------


@SOME
@given(data=st.data(), raw=raw_mails)
def test_a_link_with_a_hostile_crm_ends_with_a_receipt_or_a_failure(data: st.DataObject, raw: RawMail) -> None:
    crm = HostileCrm(data)
    mail = mail_from(raw, OURS)
    records = (Record("4x39", "Contacts", "Mary"), Record("3x19", "Accounts", "Northwind"))

    async def work() -> None:
        clock = SystemClock()
        linker = Linker(
            storing(client_of(crm)), HostileMailbox(raw, data), clock, ServerZone.guess(clock), lambda _link: None
        )
        link = begin(LinkPlan(mail, records), stored_name_of)
        for _ in range(3):
            link = await linker.run(link)
            state = State(ready=True, sign_in=SignedIn(CRM, "agent"), mail=mail)
            receipt = None if link.failure else receipt_of(link)
            harmless(view(replace(state, links={mail.key: LinkView(link, running=False, receipt=receipt)})))
            if link.failure is None:
                return

    asyncio.run(work())
    crm.check()


class HostileMailbox:
    """A mailbox whose every text is drawn."""

    owner = OWNER

    def __init__(self, raw: RawMail, data: st.DataObject) -> None:
        self._raw = raw
        self._data = data

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"The linker asks the mailbox for {name}, which this test does not know.")

    def shows(self, traits: Traits | None) -> bool:
        """Whether it is open."""
        return traits is not None and traits.same(self._raw.traits)

    def mail(self) -> RawMail | None:
        """The properties."""
        return self._raw

    def instead(self) -> str:
        return ""

    def reads_files(self) -> bool:
        """Whether files can be read."""
        return True

    async def headers(self) -> str:
        """Internet headers."""
        return self._data.draw(texts | st.just("Date: " + "9" * 50 + "\r\nReferences: <" + "x" * 9000 + ">\r\n"))

    async def body(self, form: str) -> str:
        """The body."""
        return self._data.draw(texts | st.just(form))

    async def whole(self) -> str:
        """The whole message."""
        return self._data.draw(texts)

    def unlisted(self) -> int:
        """Files that Outlook does not list."""
        return self._data.draw(st.integers(0, 9))

    async def content_ids(self) -> dict[str, str]:
        """Content ids."""
        return {one.id: self._data.draw(texts) for one in self._raw.attachments}

    async def original(self) -> WholeFile:
        """The whole message as a file."""
        file = FileHandle("file-2", self._data.draw(st.integers(0, 2**40)), "message/rfc822")
        return WholeFile(file, self._data.draw(texts), self._data.draw(texts))

    async def read_file(self, attachment: RawAttachment) -> FileHandle:
        """An attachment."""
        return FileHandle("file-1", self._data.draw(st.integers(0, 2**40)), attachment.media_type)

    async def enclosed(self, attachment: RawAttachment) -> str:  # noqa: ARG002
        """A mail that is attached."""
        return self._data.draw(texts)

    async def digest(self, file: Any) -> str:  # noqa: ARG002
        """What tells its bytes."""
        return self._data.draw(texts)

    def drop_files(self, files: Any) -> None:
        """Let go."""


@SOME
@given(data=st.data(), raw=raw_mails)
def test_documents_and_the_components_answers_may_be_anything(data: st.DataObject, raw: RawMail) -> None:
    crm = HostileCrm(data)
    mail = mail_from(raw, OURS)
    stored = StoredMail("7x12", data.draw(texts), data.draw(texts), "", ours=data.draw(st.booleans()))

    async def work() -> None:
        await ours_only(documents_after(client_of(crm), stored, marker_of(data.draw(texts))))
        door = connected(client_of(crm, "token"))
        for record in await ours_only(_found(door, mail)) or ():
            assert re.fullmatch(r"\d+x\d+", record.id)
        await ours_only(door.modules())
        await ours_only(door.file_limit())

    asyncio.run(work())
    crm.check()


async def _found(door: Crm, mail: Mail) -> list[Record]:
    looks = [look async for look in door.look(mail, other_side(mail))]
    searched = [one async for one in door.search("smith")][-1]
    return [*(one.record for look in looks for one in look.answers.found), *searched.answers.found]


# Sizes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["<", "'", "\\", "a, ", '"<a@b.example>" ', "\ud800", "{", "=?utf-8?q?a?= "])
def test_megabytes_are_dealt_with_in_linear_time(unit: str) -> None:
    assert_linear(_dealt_with, lambda size: unit * (size // len(unit)), 20_000)


def _dealt_with(text: str) -> None:
    """A mail that is made of one text through and through, from Outlook to the CRM."""
    person = RawAddress(text, text)
    raw = RawMail("item", text, person, person, (person,), (), None, text, "", ())
    mail = mail_from(raw, OURS)
    content = Content(Body(text, text), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), text, text, text, text)
    record, _ = record_of(begin(LinkPlan(mail, ()), stored_name_of), content, "2026-01-01 00:00:00", with_files=False)
    "".join(one for one in pieces.element(record) if isinstance(one, str)).encode()
    shown(mail)


def test_the_judge_finds_a_query_that_was_put_together_carelessly() -> None:
    careless = "SELECT id FROM Contacts WHERE email = '{}' LIMIT 5;"
    assert len(parse(careless.format("x' OR email LIKE '%")).alternatives) == 2
    assert literals(parse(careless.format("x' OR email LIKE '%"))) == {"x", "%"}
