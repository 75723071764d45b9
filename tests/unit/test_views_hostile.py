"""Whatever a mail or the CRM holds is shown as text, and nothing breaks."""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.app.element import Element
from connector.app.state import Asking, LinkView, Notice, Search, SignInForm, State
from connector.app.views import view
from connector.errors import CrmFault, Problem
from connector.finding.answers import Answers
from connector.finding.records import Module, Record
from connector.finding.results import Results
from connector.finding.suggestion import Reason, Suggestion
from connector.linking.link import Failure, LinkPlan, begin
from connector.linking.receipt import receipt_of
from connector.linking.states import Step
from connector.mail.address import Address
from connector.mail.mail import Mail
from connector.ports import RawAttachment, Traits
from connector.signin.states import Out, SignedIn
from draws import examples
from unit.markup import expect_same_tree, walk

HOSTILE = st.one_of(
    st.text(st.characters(), max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "</textarea></title><svg onload=x>",
            "{name} %s ${x} &lt;b&gt; \u202egpj.exe \ud800 \x00",
            "شركة" * 200,
        ]
    ),
)
RECORDS = st.builds(
    Record, id=st.integers(1, 400).map(lambda n: f"4x{n}"), module=HOSTILE, name=HOSTILE, detail=HOSTILE
)
ADDRESSES = st.builds(Address, HOSTILE, HOSTILE)
ATTACHMENTS = st.builds(
    RawAttachment,
    HOSTILE,
    HOSTILE,
    st.integers(-1, 2**40),
    HOSTILE,
    st.sampled_from(["file", "item", "cloud", "?"]),
    st.booleans(),
)
PEOPLE = st.lists(ADDRESSES, max_size=3).map(tuple)
MAILS = st.builds(
    Mail,
    traits=st.sampled_from([Traits("item-1"), Traits("item-2")]),
    message_id=HOSTILE,
    subject=HOSTILE,
    author=ADDRESSES,
    to=PEOPLE,
    cc=PEOPLE,
    created=st.none() | st.datetimes(timezones=st.just(datetime.UTC)),
    attachments=st.lists(ATTACHMENTS, max_size=3).map(tuple),
    sent=st.booleans(),
)
PROBLEMS = st.builds(
    Problem,
    st.sampled_from(["record-refused", "crm-fault", "file-renamed", "subject-cut", "unheard-of"]),
    st.dictionaries(st.sampled_from(["reason", "record", "stored", "subject"]), HOSTILE),
)


MODULES = st.lists(st.builds(Module, HOSTILE, HOSTILE, HOSTILE), max_size=3, unique_by=lambda one: one.name).map(tuple)


@st.composite
def states(draw: st.DrawFn) -> State:
    mail = draw(MAILS)
    records = tuple({one.id: one for one in draw(st.lists(RECORDS, max_size=4))}.values())
    links = {}
    linked: bool = draw(st.booleans())
    if records and linked:
        link = begin(LinkPlan(mail, records), lambda one: one.name)
        link = replace(
            link, step=draw(st.sampled_from(Step)), sent=draw(st.integers(-1, 9)), total=draw(st.integers(-1, 9))
        )
        link = replace(link, refused={records[0].id: draw(PROBLEMS)}, notes=tuple(draw(st.lists(PROBLEMS, max_size=2))))
        running = draw(st.booleans())
        failure = None if running else Failure(Step.STORE, CrmFault(reason=draw(HOSTILE)))
        receipt = receipt_of(link) if not running and draw(st.booleans()) else None
        links["item-1"] = LinkView(replace(link, failure=failure), running=running, receipt=receipt)
    left = tuple(draw(st.lists(HOSTILE, max_size=3)))
    sought = Results(Answers(records), frozenset(one.module for one in records), left, draw(st.booleans()))
    return State(
        ready=True,
        sign_in=draw(st.just(Out()) | st.builds(SignedIn, HOSTILE, HOSTILE, HOSTILE, st.booleans())),
        form=draw(st.builds(SignInForm, url=HOSTILE, user=HOSTILE, problem=st.none() | PROBLEMS)),
        mail=mail,
        file_limit=draw(st.sampled_from([0, 1000])),
        modules=draw(MODULES),
        suggesting=draw(st.sampled_from(Asking)),
        suggestions=tuple(Suggestion(one, draw(st.sampled_from(Reason)), draw(HOSTILE)) for one in records),
        search=Search(
            draw(HOSTILE), draw(HOSTILE), draw(st.sampled_from(Asking)), sought, problem=draw(st.none() | PROBLEMS)
        ),
        chosen=records,
        links=links,
        notices=tuple(Notice(n, draw(HOSTILE), one) for n, one in enumerate(draw(st.lists(PROBLEMS, max_size=3)))),
    )


@given(states())
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_anything_is_shown_as_text(state: State) -> None:
    tree = view(state)
    keys = [[child.key for child in one.children if isinstance(child, Element) and child.key] for one in walk(tree)]
    assert all(len(several) == len(set(several)) for several in keys)
    expect_same_tree(tree)
