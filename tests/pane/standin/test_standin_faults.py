"""Every scripted fault reaches the pane through the genuine office.js as the real thing does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Frame

from pane.standin.stage import Stage


def first_attachment(pane: Frame) -> str:
    return str(pane.evaluate("probe.properties().attachments[0].id"))


@pytest.mark.parametrize("call", ["body", "headers"])
def test_never(stage: Stage, call: str) -> None:
    pane = stage.open_probe("plain")
    stage.outlook.fault(call, "never")
    assert stage.unanswered(pane, call, "text")
    assert pane.evaluate("call => probe[call]('text')", call)["status"] == "succeeded", "a fault is used up"


def test_empty(stage: Stage) -> None:
    pane = stage.open_probe("html")
    stage.outlook.fault("*", "empty", times=3)
    assert pane.evaluate("probe.body('html')") == {"status": "succeeded", "value": ""}
    assert pane.evaluate("probe.headers()") == {"status": "succeeded", "value": ""}
    stage.outlook.clear_faults()
    stage.outlook.fault("attachment", "empty")
    answer = pane.evaluate("id => probe.attachment(id)", first_attachment(pane))
    assert answer == {"status": "succeeded", "value": {"content": "", "format": "base64"}}


def test_empty_with_a_given_value(stage: Stage) -> None:
    pane = stage.open_probe("html")
    stage.outlook.fault("attachment", "empty", value=None)
    answer = pane.evaluate("id => probe.attachment(id)", first_attachment(pane))
    assert answer == {"status": "succeeded", "value": None}


@pytest.mark.parametrize(("code", "name"), [(9030, "APICallFailedDueToItemChange"), (9042, "InternalServerError")])
def test_error_code(stage: Stage, code: int, name: str) -> None:
    pane = stage.open_probe("html")
    stage.outlook.fault("attachment", "error", code=code)
    answer = pane.evaluate("id => probe.attachment(id)", first_attachment(pane))
    assert (answer["status"], answer["code"], answer["name"]) == ("failed", code, name)
    assert answer["message"]


def test_fault_for_one_attachment_by_name(stage: Stage) -> None:
    pane = stage.open_probe("html")
    stage.outlook.fault("attachment", "error", code=9043, id="empty.txt", times=0)
    ids = [each["id"] for each in pane.evaluate("probe.properties().attachments")]
    answers = [pane.evaluate("id => probe.attachment(id)", each)["status"] for each in [*ids, ids[-1]]]
    assert answers == ["succeeded", "succeeded", "failed", "failed"]


def test_slow_answers_in_the_end(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    stage.outlook.fault("body", "slow", ms=50)
    assert pane.evaluate("probe.body('text')")["value"] == stage.mailbox.named("plain").text


def test_held_call_waits_for_release(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    stage.outlook.fault("body", "slow")
    pane.evaluate("void (window.late = probe.body('text'))")
    stage.outlook.wait_for_held()
    assert pane.evaluate("Promise.race([window.late, Promise.resolve('waiting')])") == "waiting"
    stage.outlook.release()
    assert pane.evaluate("window.late")["status"] == "succeeded"
    assert stage.outlook.held() == 0


def test_another_mails_data(stage: Stage) -> None:
    pane = stage.open_probe("html")
    other = stage.mailbox.mails[0]
    assert other.item_id != stage.mailbox.named("html").item_id
    stage.outlook.fault("body", "wrongMail")
    assert pane.evaluate("probe.body('text')")["value"] == other.text


def test_broken_channel(stage: Stage) -> None:
    pane = stage.open_probe("html")
    stage.outlook.fault("body", "broken", times=0)
    # office.js drops the callback of a call whose channel failed: one more way of never answering.
    assert stage.unanswered(pane, "body", "text")


def test_initial_data_that_never_comes(stage: Stage) -> None:
    stage.outlook.fault("initialData", "never")
    stage.outlook.select(stage.mailbox.named("plain"))
    pane = stage.outlook.open_pane()
    stage.outlook.page.wait_for_function("() => window.standin.log.some(({ call }) => call === 'initialData')")
    assert pane.evaluate("document.getElementById('state').textContent") == "starting"


def test_unknown_fault_is_refused(stage: Stage) -> None:
    with pytest.raises(Exception, match="a fault needs"):
        stage.outlook.fault("body", "explode")


def test_log_names_calls_and_attachments(stage: Stage) -> None:
    pane = stage.open_probe("html")
    pane.evaluate("id => probe.attachment(id)", first_attachment(pane))
    [entry] = stage.outlook.calls("attachment")
    assert entry["names"][1] == "logo.png"
    assert entry["itemId"] == stage.mailbox.named("html").item_id
