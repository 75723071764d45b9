"""A random walk: users select, sign in and out, link, lose the network, retry and cancel, in any order.

The real app on CPython, over real HTTP, against the sandbox; whatever happened before, in the end each mail that the
user wanted linked is there once, whole, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from connector.app import events as e
from connector.app.views.failure import standing
from connector.finding.records import Record
from connector.linking.states import Step
from contract.sitting import Sitting
from draws import examples
from pane.fault_cases import TROUBLES, Tally, Trouble, contents, digest, mail_of, untrue, wrong_with
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail
from workshop.serving import Server

USER = "agent"
MAILS = (mail_of(8001), mail_of(8002, files=0), mail_of(8003, files=4))
MOST_TRIES = 6
RECORDS = (("Contacts", "lastname", "Smith"), ("Accounts", "accountname", "Northwind Traders"))
NETWORK = {
    "never_answers", "reset", "too_large_413", "maintenance_503", "error_500", "fatal_500", "truncated_json", "html",
}  # fmt: skip
CALLS = ("query", "retrieve", "create", "relate", "revise", "delete", "describe")
STEPS = (Step.CHECK, Step.FIND, Step.STORE, Step.READ_BACK, Step.RELATE, Step.DOCUMENTS)

mails = st.sampled_from(MAILS)
records = st.lists(st.sampled_from(range(len(RECORDS))), min_size=1, unique=True)
troubles = st.sampled_from([one for one in TROUBLES if one.kind in NETWORK and one.after_bytes is None])


class Walk(RuleBasedStateMachine):
    """One user, one pane that may be closed and opened again, one CRM."""

    crm: SandboxCrm
    url: str

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.crm.reset()
        self.at = self.stack.enter_context(Sitting(self.crm, self.url))
        self.chosen: dict[str, set[str]] = {}
        self.refused = 0
        self.renewed = 0
        self.gone: list[Fault] = []
        self.seen = 0

    def teardown(self) -> None:
        try:
            self.end()
        finally:
            self.stack.close()

    # What may happen ------------------------------------------------------------------------------

    @initialize()
    def open_the_pane(self) -> None:
        self.at.sign_in()

    @rule(mail=mails)
    def select(self, mail: Mail) -> None:
        self.at.select(mail)

    @rule()
    def select_nothing(self) -> None:
        self.at.select(None)

    @rule()
    def sign_in(self) -> None:
        if self.at.state.signed_in:
            return
        self.at.sign_in()

    @rule()
    def mistype_the_password(self) -> None:
        if self.at.state.signed_in or self.refused >= 3:
            return
        failures = self.at.state.form.failures
        self.at.sign_in(password="wrong")
        self.refused += self.at.state.form.failures > failures

    @rule()
    def sign_out(self) -> None:
        self.at.say(e.SignOutAsked())

    @rule(which=records)
    def link(self, which: list[int]) -> None:
        if not self.can_link():
            return
        self.want(which)
        self.at.link(*map(self.record, which))

    @rule(which=records, step=st.sampled_from(STEPS), other=mails)
    def select_another_mail_while_linking(self, which: list[int], step: Step, other: Mail) -> None:
        if not self.can_link():
            return
        self.want(which)
        self.at.at_step(step, lambda: self.look_at(other))
        self.at.link(*map(self.record, which))

    @rule(which=records, step=st.sampled_from(STEPS))
    def cancel_while_linking(self, which: list[int], step: Step) -> None:
        if not self.can_link():
            return
        self.want(which)
        item_id = self.open_mail().item_id
        self.at.at_step(step, lambda: self.at.app.dispatch(e.CancelAsked(item_id)))
        self.at.link(*map(self.record, which))

    @rule(which=records, step=st.sampled_from(STEPS))
    def sign_out_while_linking(self, which: list[int], step: Step) -> None:
        if not self.can_link():
            return
        self.want(which)
        self.at.at_step(step, lambda: self.at.app.dispatch(e.SignOutAsked()))
        self.at.link(*map(self.record, which))

    @rule(which=records, step=st.sampled_from(STEPS))
    def close_the_pane_while_linking(self, which: list[int], step: Step) -> None:
        if not self.can_link():
            return
        self.want(which)
        closed: list[bool] = []
        self.at.at_step(step, lambda: closed.append(True))
        self.at.begin_link(*map(self.record, which))
        self.at.wait_for(lambda: bool(closed) or self.at.idle)
        self.at.reopen()
        self.at.sign_in()

    @rule(mail=mails)
    def retry(self, mail: Mail) -> None:
        if mail.item_id in self.at.state.links:
            self.at.say(e.RetryAsked(mail.item_id))

    @rule(mail=mails)
    def take_back(self, mail: Mail) -> None:
        view = self.at.state.links.get(mail.item_id)
        if view is not None and view.receipt is None:
            self.at.say(e.CancelAsked(mail.item_id))

    @rule()
    def close_the_receipt(self) -> None:
        if self.at.state.current is None or self.at.view.receipt is None:
            return
        self.at.say(e.LinkClosed(self.open_mail().item_id))

    @rule(trouble=troubles, call=st.sampled_from(CALLS), times=st.integers(1, 2))
    def the_network_fails(self, trouble: Trouble, call: str, times: int) -> None:
        if len(self.crm.faults.waiting) < 2:
            self.crm.faults.add(Fault(call, trouble.kind, when=trouble.when, times=times))

    @rule()
    def the_network_recovers(self) -> None:
        self.struck()
        self.crm.faults.clear()
        self.seen = 0

    @rule()
    def an_administrator_renews_the_key(self) -> None:
        if self.renewed >= 2:
            return
        self.crm.renew_access_key(USER)
        self.renewed += 1

    @rule(most=st.sampled_from([None, 1, 2]))
    def the_crm_takes_fewer_files(self, most: int | None) -> None:
        self.crm.quirks = replace(self.crm.quirks, max_file_uploads=most)

    # What always holds ----------------------------------------------------------------------------

    @invariant()
    def no_relation_that_nobody_chose(self) -> None:
        for mail in MAILS:
            wanted = self.chosen.get(mail.item_id, set())
            copies = {one.id for one in self.crm.messages() if one["messageid"] == mail.internet_message_id}
            mine = set(map(digest, contents(mail)))
            for kind in RECORDS:
                record = self.crm.find(kind[0], **{kind[1]: kind[2]}).id
                if record in wanted:
                    continue
                assert not copies & {one.id for one in self.crm.linked_messages(record)}
                linked = [one for one in self.crm.linked_documents(record) if one.has_file]
                assert not mine & {digest(self.crm.file(one.id)) for one in linked}

    @invariant()
    def each_document_has_the_bytes_of_a_file(self) -> None:
        known = {digest(content) for mail in MAILS for content in contents(mail)}
        assert {digest(self.crm.file(one.id)) for one in self.crm.documents() if one.has_file} <= known

    @invariant()
    def what_the_pane_says_of_the_crm_is_so(self) -> None:
        for mail in MAILS:
            view = self.at.state.links.get(mail.item_id)
            if view is None or view.running:
                assert view is None
                continue
            if view.receipt is not None:
                for record in view.receipt.linked:
                    assert any(
                        one["messageid"] == mail.internet_message_id for one in self.crm.linked_messages(record.id)
                    )
                there = {one.id for one in self.crm.documents()}
                assert {one.document for one in view.link.files if one.document} <= there
            else:
                assert untrue(self.crm, mail, standing(view.link)) == []

    @invariant()
    def nobody_is_locked_out_by_the_pane(self) -> None:
        # A fault may have hidden a refusal from the pane.
        hidden = sum(one.when == "after" for one in self.struck())
        assert self.crm.failed_sign_ins(USER) <= self.refused + self.renewed + hidden
        assert self.at.transport.after_refusal == 0
        assert not self.crm.is_locked(USER)

    # Afterwards -----------------------------------------------------------------------------------

    def end(self) -> None:
        """The network is back, and the user does what the pane says until nothing is left to do."""
        self.crm.faults.clear()
        self.at.transport.patient = True
        self.at.settle()
        for mail in MAILS:
            if mail.item_id in self.chosen:
                self.complete(mail)
        tally.cases += 1
        for mail in MAILS:
            wanted = self.chosen.get(mail.item_id, set())
            found = list(wrong_with(self.crm, mail, wanted))
            for kind, what in found:
                tally.find(kind, what)
            assert found == []

    def complete(self, mail: Mail) -> None:
        wanted = [record for record in map(self.record, range(len(RECORDS))) if record.id in self.chosen[mail.item_id]]
        for _ in range(MOST_TRIES):
            if not self.at.state.signed_in:
                self.at.sign_in()
            self.at.select(mail)
            view = self.at.state.current
            if view is None:
                self.at.link(*wanted)
            elif view.receipt is None or not view.receipt.complete:
                self.at.retry()
            elif {one.id for one in view.receipt.linked} >= self.chosen[mail.item_id] and self.has_all(mail):
                return
            else:
                self.at.say(e.LinkClosed(mail.item_id))
        raise AssertionError("it does not end")

    def has_all(self, mail: Mail) -> bool:
        """Whether nothing is missing: a document that could not be related is told, and linking again does it."""
        return not any(kind == "lost" for kind, _ in wrong_with(self.crm, mail, self.chosen[mail.item_id]))

    # Small things ---------------------------------------------------------------------------------

    def struck(self) -> list[Fault]:
        """The faults so far."""
        self.gone += self.crm.faults.struck[self.seen :]
        self.seen = len(self.crm.faults.struck)
        return self.gone

    def can_link(self) -> bool:
        state = self.at.state
        return state.signed_in and state.mail is not None and state.current is None

    def want(self, which: list[int]) -> None:
        self.chosen.setdefault(self.open_mail().item_id, set()).update(self.record(one).id for one in which)

    def record(self, which: int) -> Record:
        module, field, value = RECORDS[which]
        return Record(self.crm.find(module, **{field: value}).id, module, value)

    def open_mail(self) -> Mail:
        mail = self.at.mailbox.open
        assert mail is not None
        return mail

    def look_at(self, mail: Mail) -> None:
        self.at.mailbox.open = mail
        self.at.app.show_mail()


tally = Tally()


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[tuple[SandboxCrm, str]]:
    crm = SandboxCrm()
    with Server(create_app(crm)) as running:
        yield crm, running.url
        crm.faults.clear()
    tally.tell(request.config, "random walk")


def test_a_random_walk_ends_with_everything_in_its_place(server: tuple[SandboxCrm, str]) -> None:
    Walk.crm, Walk.url = server
    run_state_machine_as_test(
        Walk,
        settings=settings(
            # Time passes in these examples: making them smaller takes for ever.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            max_examples=examples(60),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
