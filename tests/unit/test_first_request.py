"""``pane/first.js`` asks just what Python would ask, or nothing; and nothing where nobody may be asked."""

from __future__ import annotations

import dataclasses
import datetime
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from connector.finding.recent import Recent, owner_of
from connector.ports import Kept, RawAddress, RawMail
from connector.vtenext.wire import MANNER
from contract.surroundings import Files, MailFileMailbox
from mails.samples import SAMPLES
from people.further import FURTHER
from people.makers import MADE
from people.situations import SITUATIONS
from workshop import first_request
from workshop.checkout import ROOT
from workshop.nodejs import done_by_node
from workshop.pane_packages import node

CRM = "https://crm.northwind.example/crm"
KEPT = Kept(CRM, "agent", token="t0ken-._~+/=")
OWNER = RawAddress("Sales", "sales@ourcompany.example")
MARY = RawAddress("Mary Smith", "mary.smith@northwind.example")
PLAIN = RawMail(
    "item-1",
    "Offer 42 für Müller",
    MARY,
    MARY,
    (OWNER, RawAddress("Luca Conti", "luca.conti@ourcompany.example")),
    (),
    datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC),
    "<offer-42@northwind.example>",
    "conversation-1",
    (),
)


def done(cases: Sequence[dict[str, Any]], folder: Path) -> list[tuple[list[tuple[str, dict[str, Any]]], Any]]:
    """What the script sends in each case, and the rows that it shows, as a tree."""
    script = folder / "first.js"
    script.write_text((ROOT / "pane" / "first.js").read_text("utf-8"), "utf-8")
    first_request.install(script)
    job = {"script": script.read_text("utf-8"), "cases": cases, "out": str(folder / "out.json")}
    driver = Path(__file__).with_name("first_request.mjs")
    done_by_node([str(part) for part in node()], driver, job, folder)
    return [(sent, rows) for sent, rows in json.loads((folder / "out.json").read_text("utf-8"))]


def asked(cases: Sequence[dict[str, Any]], folder: Path) -> list[list[tuple[str, dict[str, Any]]]]:
    """What the script sends in each case."""
    return [sent for sent, _rows in done(cases, folder)]


def case(raw: RawMail = PLAIN, owner: RawAddress = OWNER, **changes: Any) -> dict[str, Any]:
    """Somebody who has stayed signed in opens this mail."""

    def person(one: RawAddress | None) -> dict[str, str] | None:
        return None if one is None else {"displayName": one.name, "emailAddress": one.address}

    item = {
        "itemType": "message",
        "from": person(raw.author),
        "sender": person(raw.sender),
        "to": [person(one) for one in raw.to],
        "cc": [person(one) for one in raw.cc],
        "subject": raw.subject,
        "internetMessageId": raw.message_id,
    }
    kept = {"crm": KEPT.crm_url, "user": KEPT.user, "key": "", "token": KEPT.token}
    usual = {"item": item, "own": owner.address, "config": "{}", "kept": kept, "partition": ""}
    return {**usual, "preferences": {"mail-connector.keep": "yes", "mail-connector.session": "yes"}, **changes}


def sent_by_python(raw: RawMail, owner: RawAddress, lately: str = "") -> list[Any]:
    """What Python sends, as the script's own is told."""
    request = first_request.first_request(raw, owner, KEPT, {}, lately)
    if request is None:
        return []
    return [[request.url, {**MANNER, "headers": dict(request.headers), "body": request.body}]]


LOCAL = (
    "mary.smith Mary.Smith info no-reply noreply newsletter m.s+tag o'hara müller mary= jürgen office a b_c mary "
    "nieodpowiadaj do.not.reply bounces notifications SRS0=x=y=northwind.example=mary"
).split()
DOMAINS = (
    "northwind.example Northwind.example mail.northwind.example northwind.co.uk gmail.com gmx.de ourcompany.example "
    "sub.ourcompany.example müller.example xn--mller-kva.example localhost x..y contoso.example"
).split()
NAMES = "Mary Smith|Mary via Sales|mary@elsewhere.example|On behalf of Mary|Sales|Müller, Jürgen|".split("|")
SUBJECTS = [*'Offer 42| x|x |a "quote"|back\\slash|ä ö ü|日本|two\nlines|[ACC7] TT12|{mail}|'.split("|"), "x" * 300]
IDS = [*'<a@b.example>|a@b.example|<a@b> <c@d>|<"q"@b>|<ä@b>|<a b@c>|<{mail}@b>|'.split("|"), f"<{'x' * 300}@b>"]


def drawn() -> list[tuple[RawMail, RawAddress]]:
    """Mails that differ from a plain one in this and that, the same every time."""
    draw = random.Random(14)

    def person() -> RawAddress:
        return RawAddress(draw.choice(NAMES), f"{draw.choice(LOCAL)}@{draw.choice(DOMAINS)}")

    def some(likely: float) -> tuple[RawAddress, ...]:
        return tuple(person() for _ in range(draw.randrange(3))) if draw.random() < likely else ()

    found = []
    for _ in range(250):
        writer = person() if draw.random() < 0.7 else MARY
        owner = OWNER if draw.random() < 0.7 else person()
        changes: dict[str, Any] = {
            "author": writer,
            "sender": writer if draw.random() < 0.8 else draw.choice([person(), None]),
            "to": (owner, *some(0.3)),
            "cc": some(0.2),
            "subject": draw.choice(SUBJECTS) if draw.random() < 0.4 else PLAIN.subject,
            "message_id": draw.choice(IDS) if draw.random() < 0.3 else PLAIN.message_id,
        }
        found.append((dataclasses.replace(PLAIN, **changes), owner))
    return found


def samples() -> list[tuple[RawMail, RawAddress]]:
    """The sample mails and those of many makers, in two mailboxes."""
    found = []
    for mail in (*SAMPLES, *(one.mail() for one in (*SITUATIONS, *MADE, *FURTHER))):
        for owner in (OWNER.address, mail.to[0].address if mail.to else OWNER.address):
            mailbox = MailFileMailbox(Files(), owner)
            mailbox.select(mail)
            raw = mailbox.mail()
            assert raw is not None
            found.append((raw, mailbox.owner))
    return found


def test_what_is_asked_early_is_what_python_asks(tmp_path: Path) -> None:
    mails = [(PLAIN, OWNER), *samples(), *drawn()]
    early = asked([case(raw, owner) for raw, owner in mails], tmp_path)
    for (raw, owner), sent in zip(mails, early, strict=True):
        assert not sent or sent == sent_by_python(raw, owner), raw
    assert early[0], "of a plain mail it is asked"
    assert sum(map(bool, early)) > 20, "and of enough others"


def test_records_that_were_chosen_before_are_named_as_python_names_them(tmp_path: Path) -> None:
    ours, others = (Recent(owner_of(CRM, user)) for user in (KEPT.user, "somebody"))
    chosen = ours.chosen([MARY.address], {"4x39": "Contacts"})
    many = chosen.chosen([MARY.address.upper()], {f"12x{number}": "HelpDesk" for number in range(1, 9)})
    kept = [one.text for one in (chosen, many, ours.chosen(["luca@x.example"], {"4x1": "Contacts"}))]
    kept += [others.chosen([MARY.address], {"4x39": "Contacts"}).text, "{", "[]", '{"v":2}', ""]
    early = asked([case(lately=one) for one in kept], tmp_path)
    for lately, sent in zip(kept, early, strict=True):
        assert sent in ([], sent_by_python(PLAIN, OWNER, lately)), lately
    assert all(early[:4])
    assert '"recent": "[\\"4x39\\"]"' in early[0][0][1]["body"]


def test_nothing_is_asked_where_nobody_may_be_asked(tmp_path: Path) -> None:
    kept = case()["kept"]
    other = "minemail-connector.keep"
    two = {"mail-connector.session": "yes", "minemail-connector.session": "yes", other: "yes"}
    cases = {
        "nobody has stayed signed in": case(preferences={"mail-connector.keep": "yes"}),
        "it is to be forgotten": case(preferences={"mail-connector.session": "yes"}),
        "another mailbox has": case(partition="mine"),
        "an access key": case(kept={**kept, "key": "secret", "token": ""}),
        "nothing is kept": case(kept=None),
        "the configuration keeps nobody": case(config='{"stay_signed_in": false}'),
        "another CRM only": case(config='{"free_url": false, "crm_urls": ["https://other.example/crm"]}'),
        "a broken configuration": case(config="{"),
        "no mail": case(item=None),
        "an appointment": case(item={**case()["item"], "itemType": "appointment"}),
        "the writer is one of ours": case(config='{"own_domains": ["northwind.example"]}'),
    }
    allowed = {
        "its own CRM only": case(config=json.dumps({"free_url": False, "crm_urls": [CRM]})),
        "others are ours as well": case(config='{"own_domains": ["contoso.example"]}'),
        "another mailbox, too": case(partition="mine", preferences=two),
        "its own mailbox": case(partition="mine", preferences={other: "yes", "minemail-connector.session": "yes"}),
    }
    found = dict(zip([*cases, *allowed], asked([*cases.values(), *allowed.values()], tmp_path), strict=True))
    assert {name for name in cases if found[name]} == set()
    assert {name for name in allowed if len(found[name]) != 1} == set()


def test_a_request_that_holds_more_of_a_mail_stops_the_build() -> None:
    with pytest.raises(first_request.Unfit, match="more of a mail"):
        first_request._marked('{"to": "sample.owner@sample-organization.example"}')
