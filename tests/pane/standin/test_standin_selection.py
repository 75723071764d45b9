"""A pinned pane hears of the selection; one that is not pinned closes; nothing selected is no item."""

from __future__ import annotations

from playwright.sync_api import Frame

from pane.standin.stage import Stage


def seen_items(pane: Frame, count: int) -> list[str | None]:
    pane.wait_for_function("count => probe.seen.items.length >= count", arg=count)
    seen: list[str | None] = pane.evaluate("probe.seen.items")
    return seen


def test_pinned_pane_follows_the_selection(stage: Stage) -> None:
    first, second = stage.mailbox.named("plain"), stage.mailbox.named("html")
    stage.outlook.pin()
    pane = stage.open_probe(first)
    assert pane.evaluate("probe.on(Office.EventType.ItemChanged)")["status"] == "succeeded"
    stage.outlook.select(second)
    assert seen_items(pane, 1) == [second.item_id]
    assert pane.evaluate("probe.properties().subject") == second.subject
    assert pane.evaluate("probe.body('html')")["value"] == stage.body(second)


def test_nothing_selected_is_no_item(stage: Stage) -> None:
    stage.outlook.pin()
    pane = stage.open_probe("plain")
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    stage.outlook.select(None)
    assert seen_items(pane, 1) == [None]
    assert pane.evaluate("probe.properties()") is None
    stage.outlook.select(stage.mailbox.named("html"))
    assert seen_items(pane, 2)[1] == stage.mailbox.named("html").item_id


def test_pane_opened_with_nothing_selected(stage: Stage) -> None:
    pane = stage.open_probe(None)
    assert pane.evaluate("probe.properties()") is None
    assert pane.evaluate("probe.context().user") == "sales@ourcompany.example"


def test_pane_that_is_not_pinned_closes(stage: Stage) -> None:
    stage.open_probe("plain")
    stage.outlook.select(stage.mailbox.named("html"))
    assert not stage.outlook.is_pane_open


def test_many_selections_arrive_in_order(stage: Stage) -> None:
    stage.outlook.pin()
    pane = stage.open_probe("plain")
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    wanted = [stage.mailbox.named(name).item_id for name in ("html", "items", "invitation", "plain")] * 5
    stage.outlook.page.evaluate("ids => Promise.all(ids.map((id) => window.standin.select(id)))", wanted)
    assert seen_items(pane, len(wanted)) == wanted


def test_missed_event_leaves_the_old_item_in_the_pane(stage: Stage) -> None:
    first, second = stage.mailbox.named("plain"), stage.mailbox.named("html")
    stage.outlook.pin()
    pane = stage.open_probe(first)
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    stage.outlook.fault("itemChanged", "never")
    stage.outlook.select(second)
    assert pane.evaluate("probe.properties().itemId") == first.item_id
    assert pane.evaluate("probe.body('html')")["value"] == stage.body(second)


def test_overtaken_call_delivers_the_old_mail(stage: Stage) -> None:
    first, second = stage.mailbox.named("plain"), stage.mailbox.named("html")
    stage.outlook.pin()
    pane = stage.open_probe(first)
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    stage.outlook.fault("body", "slow")
    pane.evaluate("void (window.late = probe.body('text'))")
    stage.outlook.wait_for_held()
    stage.outlook.select(second)
    assert seen_items(pane, 1) == [second.item_id]
    stage.outlook.release()
    assert pane.evaluate("window.late") == {"status": "succeeded", "value": first.text}


def test_overtaken_call_is_refused_where_outlook_does_so(stage: Stage) -> None:
    stage.outlook.pin()
    stage.outlook.set_late_answers("refused")
    pane = stage.open_probe("plain")
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    stage.outlook.fault("body", "slow")
    pane.evaluate("void (window.late = probe.body('text'))")
    stage.outlook.wait_for_held()
    stage.outlook.select(stage.mailbox.named("html"))
    stage.outlook.release()
    assert pane.evaluate("window.late")["code"] == 9030
