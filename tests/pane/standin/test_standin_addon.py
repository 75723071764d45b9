"""The labelled add-on to the npm package's office.js, of 2022: what today's office.js has besides."""

from __future__ import annotations

import base64

from pane.standin.stage import Stage


def test_whole_mail_theme_and_partition_key(newer: Stage) -> None:
    newer.outlook.set_theme("dark")
    newer.outlook.pin()
    pane = newer.open_probe("html")
    assert pane.evaluate("Office.context.officeTheme.bodyBackgroundColor") == "#292929"
    assert pane.evaluate("Office.context.partitionKey") == newer.outlook.url.rstrip("/")
    whole = "probe.call(Office.context.mailbox.item, 'getAsFileAsync')"
    assert base64.b64decode(pane.evaluate(whole)["value"]) == newer.mailbox.named("html").raw
    newer.outlook.fault("file", "error", code=9020)
    assert pane.evaluate(whole)["code"] == 9020
    # The next selection brings a new item object, which has it too.
    pane.evaluate("probe.on(Office.EventType.ItemChanged)")
    newer.outlook.select(newer.mailbox.named("plain"))
    pane.wait_for_function("() => probe.seen.items.length === 1")
    assert base64.b64decode(pane.evaluate(whole)["value"]) == newer.mailbox.named("plain").raw
    selected = pane.evaluate("probe.call(Office.context.mailbox, 'getSelectedItemsAsync')")["value"]
    assert [each["itemId"] for each in selected] == [newer.mailbox.named("plain").item_id]


def test_the_package_alone_has_none_of_it(stage: Stage) -> None:
    pane = stage.open_probe("html")
    assert (
        pane.evaluate(
            "[typeof Office.context.officeTheme, typeof Office.context.partitionKey,"
            " typeof Office.context.mailbox.item.getAsFileAsync, typeof Office.context.mailbox.getSelectedItemsAsync]"
        )
        == ["undefined"] * 4
    )
