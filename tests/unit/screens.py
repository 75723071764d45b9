"""One state for everything that the pane can show."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connector.app.changes import removal
from connector.app.state import Asking, DeviceList, LinkView, Notice, Search, Settings, SignInForm, State, Undo
from connector.errors import CrmFault, CrmInterrupted, CrmTimeout, Problem, RecordRefused, SignInNeeded
from connector.finding.answers import Answers, Unasked
from connector.finding.card import Card, LinkedMail
from connector.finding.otherside import other_side
from connector.finding.records import Module, Record
from connector.finding.results import Results
from connector.finding.suggestion import Reason, Suggestion
from connector.linking.arriving import Arrived
from connector.linking.link import Failure, Link, LinkPlan
from connector.linking.note import Comment, note_of
from connector.linking.original import name_of
from connector.linking.outcome import FileOutcome
from connector.linking.receipt import receipt_of
from connector.linking.statement import Finding, Part, Statement
from connector.linking.states import Absent, Course, FileState, InDoubt, Proven, Step, StoredMail, UnderWay, Unproven
from connector.mail.address import Address
from connector.mail.mail import Mail
from connector.mail.source import Source
from connector.making.draft import opened
from connector.making.form import Choice, Entry, Field, Form, Kind
from connector.making.prefilling import Known
from connector.ports import FileHandle, RawAddress, RawAttachment, RawMail, Traits
from connector.signin.states import Code, CodeAwaited, FormSent, PageOpen, Returning, SignedIn
from connector.vtenext.component.devices import Device
from connector.vtenext.crm import Copy, Earlier
from sides import side

MB = 1024 * 1024
CRM = "https://crm.northwind.example/crm"
LONG_CRM = "https://customers-produzione.northwind-traders-import-export.europe.example:8443/crm"

MARY = Record("4x39", "Contacts", "Mary Smith", "mary.smith@northwind.example")
COMPANY = Record("3x19", "Accounts", "Northwind Traders Import & Export GmbH", "Hamburg")
OFFER = Record("5x70", "Potentials", "Warehouse extension 2027", "Proposal or Price Quote")
TICKET = Record("12x81", "HelpDesk", "Conveyor stops after restart", "Open")
LEAD = Record("2x7", "Leads", "مريم سميث", "maryam@contoso.example")

FOUND = Results(
    Answers((LEAD, replace(MARY, company="Northwind Traders"), replace(OFFER, id="5x71", name="Maritime " * 30))),
    more=frozenset({"Contacts"}),
    left=("Vessels",),
)
"""What a search everywhere has found."""

MODULES = (
    Module("Contacts", "Contacts", "Contact"),
    Module("Leads", "Leads", "Lead"),
    Module("Accounts", "Companies", "Company"),
    Module("HelpDesk", "Tickets", "Ticket"),
    Module("Potentials", "Opportunities", "Opportunity"),
    Module("Vessels", "Vessels", "Vessel"),
)

FILES = (
    RawAttachment("a1", "Offer 42.pdf", 812_345, "application/pdf", "file", False),
    RawAttachment(
        "a2", "Floor_plan_of_the_new_warehouse_in_Hamburg_final_version_3.dwg", 25 * MB, "image/x-dwg", "file", False
    ),
    RawAttachment("a3", "logo.png", 4_120, "image/png", "file", True),
    RawAttachment("a4", "Prices (SharePoint)", 0, "", "cloud", False),
)

MAIL = Mail(
    traits=Traits("item-1"),
    message_id="<offer-42@northwind.example>",
    subject="Offer 42: warehouse extension, revised prices and floor plan",
    author=Address("Mary Smith", "mary.smith@northwind.example"),
    to=(Address("Paul Becker", "paul.becker@example.com"), Address("", "sales@example.com")),
    cc=(Address("Lena Fischer", "lena.fischer@example.com"),),
    created=datetime.datetime(2026, 11, 23, 13, 5, tzinfo=datetime.UTC),
    attachments=FILES,
    sent=False,
    date=datetime.datetime(2026, 11, 23, 13, 5, tzinfo=datetime.UTC),
    addressed=3,
    source=Source(),
)
SENT = replace(
    MAIL,
    subject="",
    author=Address("Paul Becker", "paul.becker@example.com"),
    to=tuple(Address(f"Person {number}", f"person{number}@northwind.example") for number in range(200)),
    cc=(),
    attachments=(),
    sent=True,
)


def _mail(number: int, subject: str) -> Mail:
    return replace(MAIL, traits=Traits(f"item-{number}"), subject=subject)


OTHER = _mail(2, "Invoice 7781")

_NAMES = (
    Field("first_name", "First Name", Kind.TEXT, longest=40),
    Field("last_name", "Last Name", Kind.TEXT, required=True, longest=80),
)
_REST = (
    Field("mail", "Email", Kind.MAIL, longest=100),
    Field("phone", "Office Phone", Kind.PHONE, longest=50),
    Field("description", "Description", Kind.LONG, longest=30_000),
)
INTERESTS = ("Pumps", "Valves", "Pipes and fittings", "Service", "Spare parts", "Training", "Rent")
CONTACT_FORM = Form(
    "Contacts",
    "Contacts",
    "Contact",
    (*_NAMES, Field("company", "Company", Kind.RECORD, longest=25, modules=("Accounts",)), *_REST),
)
LEAD_FORM = Form("Leads", "Leads", "Lead", (*_NAMES, Field("company", "Company", Kind.TEXT, longest=100), *_REST))
OWN_FORM = Form(
    "Leads",
    "Leads",
    "Lead",
    (
        _NAMES[1],
        Field("crm_due", "Renewal", Kind.DATE, required=True, longest=10),
        Field("crm_visit", "Next Visit", Kind.MOMENT, required=True, longest=16, zone="Europe/Rome"),
        Field("crm_hour", "Best Hour", Kind.TIME, required=True, longest=5),
        Field("crm_price", "Price", Kind.NUMBER, True, 30, decimals=2, least="0", most="99999.99", unit="€"),
        Field("crm_terms", "Terms Accepted", Kind.TICK, required=True, longest=1),
        Field("crm_parts", "Interests", Kind.SEVERAL, True, 30_000, tuple(Choice(one, one) for one in INTERESTS)),
        Field("crm_other", "Buys From", Kind.RECORD, required=True, longest=25, modules=("Accounts",)),
        Field("crm_keeper", "Keeper", Kind.CHOICE, True, 25, (Choice("1", "Ada Keller"), Choice("5", "Luca Conti"))),
    ),
)
"""A lead with what an administrator has made and wants filled: one field of each kind."""
COMPANY_FORM = Form(
    "Accounts",
    "Companies",
    "Company",
    (
        Field("company", "Company Name", Kind.TEXT, required=True, longest=100),
        Field("website", "Website", Kind.URL, longest=100),
        *_REST,
    ),
)
TICKET_FORM = Form(
    "HelpDesk",
    "Tickets",
    "Ticket",
    (
        Field("title", "Title", Kind.TEXT, required=True, longest=255),
        Field("company", "Related To", Kind.RECORD, longest=25, modules=("Accounts", "Contacts")),
        Field("priority", "Priority", Kind.CHOICE, values=(Choice("Low", "Low"), Choice("High", "High"))),
        Field("state", "Status", Kind.CHOICE, True, values=(Choice("Wait", "Waiting"), Choice("Open", "Open"))),
        Field("description", "Description", Kind.LONG, longest=30_000),
    ),
)
FORMS = (CONTACT_FORM, LEAD_FORM, COMPANY_FORM, TICKET_FORM)

SUGGESTIONS = (
    Suggestion(MARY, Reason.ADDRESS, "mary.smith@northwind.example"),
    Suggestion(COMPANY, Reason.COMPANY, "Mary Smith"),
    Suggestion(OFFER, Reason.OPPORTUNITY, "Northwind Traders"),
    Suggestion(TICKET, Reason.TICKET, "Mary Smith"),
)

OPEN = State(
    ready=True,
    sign_in=SignedIn(CRM, "paul.becker"),
    mail=MAIL,
    modules=MODULES,
    file_limit=32 * MB,
    suggesting=Asking.DONE,
    suggestions=SUGGESTIONS,
    turn=1,
)
OUT = State(ready=True, form=SignInForm(url="crm.northwind.example/crm", user="paul.becker"))


CARD = Card(
    MARY,
    COMPANY,
    owner="Lena Fischer",
    phone="+44 20 7946 0101",
    mails=(LinkedMail("Offer 41", "2026-11-20T10:11:12+01:00", "Lena Fischer"), LinkedMail("", "", "")),
    cases=(OFFER, replace(TICKET, name="تسرب " * 40)),
)


def _of_class(item_class: str, *, shared: bool = False) -> State:
    """An item of that kind."""
    sender = RawAddress(MAIL.author.name, MAIL.author.mail)
    raw = RawMail("item-1", MAIL.subject, sender, sender, (), (), None, "", "", FILES, shared, item_class)
    return replace(OPEN, mail=replace(MAIL, raw=raw))


def _draft(form: Form, **changes: Any) -> State:
    """A form that is open for the mail."""
    known = Known(MAIL.author, MAIL, SUGGESTIONS)
    return replace(OPEN, forms=FORMS, draft=replace(opened(form, known, MAIL.key, (CRM, OPEN.user)), **changes))


def _link(mail: Mail = MAIL, *records: Record, stored: int = 0) -> Link:
    """A link whose first files are stored and whose other ones are read."""
    files = tuple(
        FileOutcome(
            one,
            one.name,
            FileState.STORED if place < stored else FileState.READ,
            file=None if one.kind == "cloud" else FileHandle(f"f{place}", one.size),
            url="https://example.com/f" if one.kind == "cloud" else "",
            document=f"7x{100 + place}" if place < stored else "",
            ours=True,
            stored_name=one.name if place < stored else "",
            stored_size=one.size if place < stored else 0,
            problem=Problem("file-is-link") if one.kind == "cloud" else None,
        )
        for place, one in enumerate(mail.attachments)
    )
    return Link(LinkPlan(mail, records or (MARY,)), files, course=Course.GOING, copy=Absent())


OURS = StoredMail("16x900", "19x5", "2026-11-23 14:06:01", "2026-11-23 14:05:00", ours=True)
BEFORE = replace(OURS, ours=False)

WHOLE = tuple(Statement(part, Finding.SAME, {"count": "2", "all": "2"}) for part in Part)
DONE = replace(
    _link(MAIL, MARY, COMPANY, stored=4),
    compared=WHOLE,
    copy=Proven(OURS, dated=True),
    related=frozenset({MARY.id, COMPANY.id}),
)
KEPT = replace(
    DONE,
    original=FileOutcome(
        RawAttachment("", name_of(MAIL.subject), 0, "message/rfc822", "file", inline=False),
        name_of(MAIL.subject),
        FileState.STORED,
        document="7x200",
        ours=True,
        stored_name=name_of(MAIL.subject),
        stored_size=36 * MB,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
)
MIXED = replace(
    _link(MAIL, MARY, OFFER, stored=1),
    copy=Proven(BEFORE, dated=True),
    related=frozenset({MARY.id}),
    refused={OFFER.id: Problem("record-refused", {"record": OFFER.name, "reason": "Permission denied"})},
    unattached={("7x100", MARY.id): Problem("relation-missing")},
    notes=(Problem("other-mail", {"subject": "Scan 7", "stored": "2026-11-20 09:12:44"}),),
    compared=(
        Statement(Part.SUBJECT, Finding.CUT, {"stored": "Offer 42: warehouse extension, revised pri"}),
        Statement(Part.SENDER, Finding.SAME),
        Statement(Part.RECIPIENTS, Finding.MISSING, {"count": "500", "all": "600"}),
        Statement(Part.DATE, Finding.ARRIVAL, {"stored": "2026-11-23 14:05:00"}),
        Statement(Part.TEXT, Finding.UNGIVEN),
    ),
)
MIXED = replace(
    MIXED,
    files=(
        replace(MIXED.files[0], problem=Problem("file-renamed", {"stored": "Offer42.pdf"}), stored_name="Offer42.pdf"),
        replace(
            MIXED.files[1],
            state=FileState.GIVEN_UP,
            problem=Problem("file-over-server-limit", {"size": str(25 * MB)}),
        ),
        replace(
            MIXED.files[2], state=FileState.GIVEN_UP, problem=Problem("file-office-failed", {"reason": "code 9018"})
        ),
        MIXED.files[3],
    ),
)


def _shown(link: Link, *, running: bool = True, removing: bool = False, receipt: bool = False) -> State:
    view = LinkView(link, running=running, removing=removing, receipt=receipt_of(link) if receipt else None)
    return replace(OPEN, links={link.plan.mail.key: view})


FAILED = replace(
    _link(MAIL, MARY, COMPANY, stored=3),
    copy=Proven(OURS),
    related=frozenset({MARY.id}),
    step=Step.RELATE,
    failure=Failure(Step.RELATE, CrmInterrupted(host="crm.northwind.example")),
)

UNDO = LinkView(DONE, running=False, receipt=receipt_of(DONE))

MINE = Earlier(
    (MARY, COMPANY), (Copy("Paul Becker", "2026-11-20T11:12:13+01:00", own=True, id="44x163", mine=(MARY.id,)),)
)
NOTE = note_of("Call back on Monday <before ten>", (MARY,))
NOTED = NOTE.with_comment(MARY.id, Comment("36x1"))
UNNOTED = NOTE.with_refusal(MARY.id, Problem("note-refused"))
SCREENS: Mapping[str, State] = {
    "starting": State(),
    "fatal": State(fatal=Problem("office-too-old", {"what": "Office.js"}), settings=Settings(support="it@example.com")),
    "returning": State(ready=True, sign_in=Returning()),
    "sign-in-first": State(ready=True),
    "sign-in-presets": State(
        ready=True,
        settings=Settings(crm_urls=(CRM, "https://crm.contoso.example"), support="it@example.com, extension 55"),
        form=SignInForm(url=CRM),
    ),
    "sign-in-other": State(ready=True, settings=Settings(crm_urls=(CRM, "https://crm.contoso.example"))),
    "sign-in-fixed": State(
        ready=True,
        settings=Settings(crm_urls=(CRM,), free_url=False, stay_signed_in=False),
        sign_in=FormSent(),
        form=SignInForm(url=CRM, user="paul.becker"),
    ),
    "sign-in-tokens-only": State(ready=True, settings=Settings(licence_required=False)),
    "sign-in-hidden": replace(
        OUT, form=replace(OUT.form, problem=Problem("crm-hidden", {"host": "crm.northwind.example"}))
    ),
    "sign-in-locking": replace(
        OUT, form=replace(OUT.form, problem=Problem("sign-in-refused", {"reason": "Invalid username"}), failures=3)
    ),
    "sign-in-again": replace(
        OUT,
        mail=MAIL,
        form=replace(OUT.form, reason=Problem("key-refused")),
        links={
            "item-1": LinkView(
                replace(_link(MAIL, MARY), copy=Unproven(OURS), failure=Failure(Step.RELATE, SignInNeeded())),
                running=False,
            )
        },
    ),
    "sign-in-licence": replace(
        OUT,
        form=replace(
            OUT.form, reason=Problem("licence-expired", {"host": "crm.northwind.example", "until": "2026-10-31"})
        ),
    ),
    "sign-in-page": replace(OUT, sign_in=PageOpen()),
    "sign-in-code": replace(OUT, sign_in=CodeAwaited(Code("wilson", "60"))),
    "sign-in-code-wrong": replace(
        OUT,
        sign_in=CodeAwaited(Code("mail", "60", sent=2)),
        form=replace(OUT.form, problem=Problem("code-wrong", {"remaining": "4"})),
    ),
    "no-mail": replace(OPEN, mail=None),
    "no-mail-draft": replace(OPEN, mail=None, instead="draft"),
    "no-mail-appointment": replace(OPEN, mail=None, instead="appointment"),
    "choose-meeting": _of_class("IPM.Schedule.Meeting.Request"),
    "choose-report": _of_class("REPORT.IPM.Note.NDR"),
    "choose-protected": _of_class("IPM.Note.SMIME"),
    "choose-signed": _of_class("IPM.Note.SMIME.MultipartSigned"),
    "choose-shared": _of_class("IPM.Note", shared=True),
    "choose-earlier": replace(
        OPEN,
        sign_in=SignedIn(CRM, "paul.becker", "Paul Becker"),
        earlier=Earlier(
            (MARY, OFFER), (Copy("Lena Fischer", "2026-11-20T10:15:00+01:00", own=False), Copy("Paul Becker", ""))
        ),
        chosen=(COMPANY,),
    ),
    "choose-removable": replace(OPEN, earlier=MINE),
    "choose-removing": replace(OPEN, earlier=MINE, unlinking=MARY.id),
    "choose-removing-on": replace(OPEN, earlier=MINE, changing=frozenset({removal(MAIL.key, MARY.id)})),
    "choose-note": replace(OPEN, chosen=(MARY,), commentable=frozenset({"Contacts"}), note="Call back on Monday"),
    "choose-original": replace(OPEN, settings=Settings(keep_original=True)),
    "choose-stock": replace(OPEN, sign_in=SignedIn(LONG_CRM, "paul.becker", stock=True), suggestions=()),
    "choose-asking": replace(OPEN, suggesting=Asking.YES, suggestions=()),
    "choose": OPEN,
    "choose-devices": replace(
        OPEN,
        devices=DeviceList(
            Asking.DONE,
            (
                Device("17", "Outlook on the web, Windows", "2026-11-23T20:15:00+01:00", "", this=True),
                Device("4", "Outlook for Mac, Safari", "2026-11-20T20:15:00+01:00", "2026-11-21T08:00:00Z", this=False),
            ),
            ending="4",
            problem=Problem("offline"),
        ),
    ),
    "choose-card": replace(OPEN, chosen=(MARY,), cards={MARY.id: CARD}),
    "choose-card-bare": replace(OPEN, chosen=(COMPANY,), cards={COMPANY.id: Card(COMPANY)}),
    "choose-one": replace(OPEN, chosen=(MARY,), stored_before=BEFORE),
    "choose-several": replace(
        OPEN,
        suggesting=Asking.YES,
        chosen=(MARY, COMPANY, LEAD),
        search=Search("mar", "", Asking.DONE, FOUND, "mar"),
        file_limit=5 * MB,
    ),
    "choose-sent": replace(
        OPEN,
        mail=SENT,
        suggestions=(),
        unknown=other_side(SENT).people[:25],
        search=Search("nobody", "Vessels", Asking.DONE),
    ),
    "choose-failed": replace(
        OPEN,
        suggestions=(),
        suggesting=Asking.FAILED,
        suggestion_problem=Problem("crm-unreachable", {"host": "crm.northwind.example"}),
        search=Search("mary", "", Asking.FAILED, problem=Problem("crm-fault", {"reason": "SQL error near 'x'"})),
        reads_files=False,
    ),
    "choose-unasked": replace(
        OPEN,
        suggestions=SUGGESTIONS[:1],
        unasked=Unasked(("HelpDesk", "Leads"), Problem("crm-fault", {"reason": "SQL error near 'x'"})),
        stored_unknown=True,
        search=Search("mary", "", Asking.DONE, Results(Answers((), Unasked(("Vessels",)))), "mary"),
    ),
    "choose-many": replace(
        OPEN,
        suggestions=tuple(
            Suggestion(
                replace(MARY, id=f"4x{number}", name=f"Person {number}"), Reason.ADDRESS, f"person{number}@x.example"
            )
            for number in range(60)
        ),
        search=Search("p", "Contacts", Asking.YES),
    ),
    "choose-unknown": replace(OPEN, suggestions=(), unknown=side(MAIL.author).people, forms=FORMS),
    "choose-strangers": replace(
        OPEN,
        forms=FORMS,
        unknown=side(Address("مريم سميث", "m@x.example"), Address("", "y@x.example")).people,
        made=(replace(LEAD, id="2x99"),),
    ),
    "choose-giving": replace(
        OPEN,
        suggestions=(),
        forms=FORMS,
        unknown=side(MAIL.author).people,
        chosen=(COMPANY,),
        cards={COMPANY.id: Card(COMPANY, takes_address=True)},
    ),
    "create-contact": _draft(CONTACT_FORM),
    "create-ticket": _draft(
        TICKET_FORM, sought="harb", found=Answers((replace(COMPANY, id="3x20", name="Harbour " * 30), MARY))
    ),
    "create-wrong": _draft(
        CONTACT_FORM,
        entry=Entry({"last_name": "", "mail": "mary at home", "phone": "1"}),
        problems={"last_name": Problem("field-missing", {"label": "Last Name"}), "mail": Problem("field-no-mail")},
        attempts=1,
        at="last_name",
    ),
    "create-alike": _draft(CONTACT_FORM, alike=(MARY, replace(LEAD, name="Mary " * 40)), found=Answers()),
    "create-unsure": _draft(LEAD_FORM, unsure=True, problem=Problem("form-incomplete", {"label": "Department"})),
    "create-failed": _draft(
        COMPANY_FORM,
        problem=Problem("crm-interrupted", {"host": "crm.northwind.example"}),
        sent_at=datetime.datetime(2026, 11, 23, 13, 5, tzinfo=datetime.UTC),
    ),
    "create-busy": _draft(LEAD_FORM, busy=True),
    "create-own": _draft(
        OWN_FORM,
        entry=Entry(
            {
                "last_name": "Smith",
                "crm_due": "2027-01-31",
                "crm_visit": "2026-12-01T14:30",
                "crm_price": "1.234",
                "crm_parts": "Pumps\nService",
                "crm_keeper": "5",
            },
            others={"crm_other": COMPANY},
        ),
        problems={
            "crm_hour": Problem("field-missing", {"label": "Best Hour"}),
            "crm_price": Problem("field-no-number", {"sign": ",", "decimals": "2"}),
            "crm_terms": Problem("field-unticked", {"label": "Terms Accepted"}),
        },
        attempts=1,
        at="crm_hour",
        sign=",",
    ),
    "create-own-page": _draft(replace(CONTACT_FORM, lacking=("Photo", "Signature"))),
    "choose-made": replace(OPEN, suggestions=(), forms=FORMS, made=(MARY,), chosen=(MARY,)),
    "choose-right-to-left": replace(
        OPEN,
        mail=replace(MAIL, subject="عرض سعر 42: توسعة المستودع", author=Address("مريم سميث", "maryam@contoso.example")),
        suggestions=(Suggestion(LEAD, Reason.ADDRESS, "maryam@contoso.example"),),
        chosen=(LEAD,),
    ),
    "linking-check": _shown(replace(_link(), step=Step.CHECK, course=Course.STARTING)),
    "linking-files": _shown(
        replace(
            _link(),
            step=Step.FILES,
            files=(*_link().files[:2], *(replace(f, state=FileState.WAITING) for f in _link().files[2:])),
        )
    ),
    "linking-arriving": replace(
        OPEN,
        links={
            MAIL.key: LinkView(
                replace(
                    _link(),
                    step=Step.FILES,
                    files=tuple(replace(one, state=FileState.WAITING) for one in _link().files),
                ),
                arrived=Arrived(12_900_000, 25 * MB, said=6_600_000),
            )
        },
    ),
    "linking-store": _shown(
        replace(_link(MAIL, MARY, COMPANY), step=Step.STORE, copy=UnderWay(), sent=12_900_000, total=25 * MB)
    ),
    "linking-single": _shown(
        replace(_link(stored=2), copy=Unproven(BEFORE), step=Step.SEND_FILES, sent=1000, total=4120)
    ),
    "removing": _shown(replace(_link(stored=2), copy=Proven(OURS)), removing=True),
    "failure-nothing": _shown(
        replace(
            _link(),
            step=Step.CHECK,
            failure=Failure(
                Step.CHECK,
                RecordRefused(record="Mary Smith", reason="Permission to perform the operation is denied for id"),
            ),
        ),
        running=False,
    ),
    "failure-uncertain": _shown(
        replace(_link(), copy=UnderWay(), failure=Failure(Step.STORE, CrmTimeout(host="crm.northwind.example"))),
        running=False,
    ),
    "failure-half": _shown(FAILED, running=False),
    "failure-undo": _shown(
        replace(
            _link(), course=Course.UNDOING, copy=InDoubt(), failure=Failure(Step.TAKE_BACK, CrmFault(reason="SQL"))
        ),
        running=False,
        removing=True,
    ),
    "receipt": _shown(DONE, running=False, receipt=True),
    "receipt-undo": replace(OPEN, links={MAIL.key: replace(UNDO, undo=Undo.FRESH)}),
    "receipt-undo-late": replace(OPEN, links={MAIL.key: replace(UNDO, undo=Undo.LATE)}),
    "receipt-undo-asked": replace(OPEN, links={MAIL.key: replace(UNDO, undo=Undo.ASKED)}),
    "receipt-before": _shown(replace(DONE, copy=Proven(BEFORE, dated=True)), running=False, receipt=True),
    "receipt-stock": replace(OPEN, sign_in=SignedIn(CRM, "paul.becker", stock=True), links={MAIL.key: UNDO}),
    "receipt-original": _shown(KEPT, running=False, receipt=True),
    "receipt-note": _shown(replace(DONE, note=NOTED), running=False, receipt=True),
    "receipt-without-note": _shown(replace(DONE, note=UNNOTED), running=False, receipt=True),
    "receipt-mixed": _shown(MIXED, running=False, receipt=True),
    "elsewhere": replace(
        OPEN,
        mail=OTHER,
        links={
            "item-1": LinkView(replace(_link(), step=Step.STORE, sent=1, total=2)),
            "item-3": LinkView(
                replace(FAILED, plan=LinkPlan(_mail(3, "Offer 41"), (MARY, COMPANY))),
                running=False,
            ),
            "item-4": LinkView(
                replace(MIXED, plan=LinkPlan(_mail(4, "Offer 40"), (MARY, OFFER))),
                running=False,
                receipt=receipt_of(MIXED),
            ),
        },
    ),
    "notices": replace(
        OPEN,
        notices=(
            Notice(1, "success", Problem("link-finished-elsewhere", {"subject": "Offer 42", "records": "Mary Smith"})),
            Notice(2, "warning", Problem("mail-changed", {"subject": "Offer 42"})),
            Notice(3, "error", Problem("unexpected", {"reason": "TypeError"})),
            Notice(4, "info", Problem("choice-dropped", {"subject": "Offer 42"})),
            Notice(
                5,
                "error",
                Problem("crm-interrupted", {"host": "crm.northwind.example"}),
                during=Problem("unlink-failed", {"subject": "Offer 42", "record": "Mary Smith"}),
            ),
        ),
    ),
}
"""The states by name."""
