"""What Outlook keeps and shows beside the mail: settings, notifications, dialogs, theme, language, requirement sets."""

from __future__ import annotations

import json

import pytest

from pane.standin.stage import Stage

SAVED_BEFORE_THE_BODY = """() => new Promise((done) => {
  let saved = false;
  Office.context.roamingSettings.saveAsync(() => { saved = true; });
  Office.context.mailbox.item.body.getAsync("text", () => done(saved));
})"""


def test_roaming_settings_survive_reopening_and_reloading(stage: Stage) -> None:
    mail = stage.mailbox.named("plain")
    pane = stage.open_probe(mail)
    value = {"url": "https://crm.example/", "n": 1, "ö": "🎉"}
    assert pane.evaluate("value => probe.saveSetting('crm', value)", value)["status"] == "succeeded"
    assert json.loads(stage.mailbox.roaming_settings["crm"]) == value
    assert stage.open_probe(mail).evaluate("probe.setting('crm')") == value
    stage.outlook.open()
    assert stage.open_probe(mail).evaluate("probe.setting('crm')") == value


def test_office_refuses_settings_that_are_too_large(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    assert pane.evaluate("probe.saveSetting('crm', 'x'.repeat(40000))")["code"] == 9019
    assert stage.mailbox.roaming_settings == {}


@pytest.mark.deep("the stand-in Outlook's manners")
def test_some_hosts_have_no_roaming_settings_or_do_not_save_them(newer: Stage) -> None:
    with newer.outlook.behaving(roaming="missing"):
        pane = newer.open_probe("plain")
        assert pane.evaluate("typeof Office.context.roamingSettings") == "undefined"
        assert pane.evaluate("typeof Office.context.mailbox.item.subject") == "string"
    pane = newer.open_probe("plain")
    with newer.outlook.behaving(roaming="refused"):
        assert pane.evaluate("probe.saveSetting('crm', 'x')")["code"] == 9019
    with newer.outlook.behaving(roaming="never"):
        assert pane.evaluate(SAVED_BEFORE_THE_BODY) is False
    assert newer.mailbox.roaming_settings == {}


def test_custom_properties_belong_to_a_mail(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    assert pane.evaluate("probe.customProperty('linked', '12x34')")["status"] == "succeeded"
    assert stage.open_probe("plain").evaluate("probe.customProperty('linked')") == "12x34"
    assert stage.open_probe("html").evaluate("probe.customProperty('linked')") is None


def test_notifications(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    told = {"type": "informationalMessage", "message": "Linked to Northwind", "icon": "icon16", "persistent": False}
    add = "told => probe.notify('addAsync', 'linked', told)"
    assert pane.evaluate(add, told)["status"] == "succeeded"
    assert stage.outlook.notifications == [{"key": "linked", **told}]
    assert stage.outlook.page.get_by_role("status").inner_text() == "Linked to Northwind"
    assert pane.evaluate(add, told)["code"] == 9023
    assert pane.evaluate("probe.notify('getAllAsync')")["value"] == [{"key": "linked", **told}]
    changed = {"type": "errorMessage", "message": "Not linked"}
    assert pane.evaluate("told => probe.notify('replaceAsync', 'linked', told)", changed)["status"] == "succeeded"
    assert stage.outlook.notifications == [{"key": "linked", **changed}]
    assert pane.evaluate("probe.notify('removeAsync', 'linked')")["status"] == "succeeded"
    assert stage.outlook.notifications == []
    assert pane.evaluate("probe.notify('removeAsync', 'linked')")["code"] == 9024


def test_dialog_and_its_message(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    with stage.context.expect_page() as opened:
        # The click lends the activation that the popup blocker asks for.
        pane.evaluate(
            "void (document.getElementById('first').onclick = () => {"
            " probe.dialogOpened = probe.dialog('/dialog.html', { promptBeforeOpen: false }); })"
        )
        pane.get_by_role("button", name="First").click()
    assert pane.evaluate("probe.dialogOpened") == {"status": "succeeded"}
    pane.wait_for_function("() => probe.seen.messages.length > 0")
    message, origin = pane.evaluate("probe.seen.messages[0]")
    assert (message, origin) == ("hello from the dialog", pane.evaluate("location.origin"))
    pane.evaluate("probe.opened.messageChild('good day')")
    pane.wait_for_function("() => probe.seen.messages.length > 1")
    assert pane.evaluate("probe.seen.messages[1][0]") == "you said: good day"
    assert pane.evaluate("probe.dialog('/dialog.html', { promptBeforeOpen: false })")["code"] == 12007
    with opened.value.expect_event("close"):
        pane.evaluate("probe.closeDialog()")


def test_dialog_is_blocked_without_a_click(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    # Playwright's evaluate counts as a click; the first window uses that up.
    answer = pane.evaluate("(window.open('about:blank'), probe.dialog('/dialog.html', { promptBeforeOpen: false }))")
    assert (answer["status"], answer["code"]) == ("failed", 12011)
    # office.js then shows a panel of its own in the pane, whose inline handlers the policy refuses.
    assert all("Executing inline event handler" in complaint for complaint in stage.complaints)
    stage.complaints.clear()


@pytest.mark.parametrize(("path", "code"), [("https://elsewhere.example/", 12004), ("http://localhost/", 12005)])
def test_dialog_of_another_origin_is_refused(stage: Stage, path: str, code: int) -> None:
    pane = stage.open_probe("plain")
    assert pane.evaluate("path => probe.dialog(path, { promptBeforeOpen: false })", path)["code"] == code


def test_theme_change_reaches_the_pane(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    assert pane.evaluate("probe.on(Office.EventType.OfficeThemeChanged)")["status"] == "succeeded"
    stage.outlook.set_theme("dark")
    pane.wait_for_function("() => probe.seen.themes.length > 0")
    theme = pane.evaluate("probe.seen.themes[0]")
    assert (theme["bodyBackgroundColor"], theme["bodyForegroundColor"]) == ("#292929", "#ffffff")


def test_display_language(stage: Stage) -> None:
    stage.outlook.set_locale("it-IT")
    pane = stage.open_probe("plain")
    assert pane.evaluate("probe.context().language") == "it-IT"


def test_display_language_is_chosen_on_the_page(stage: Stage) -> None:
    stage.open_probe("plain")
    stage.outlook.page.get_by_label("Language").select_option("Italiano")
    opened = "() => window.standin.log.filter(({ call }) => call === 'context').length === 2"
    stage.outlook.page.wait_for_function(opened)
    pane = stage.outlook.pane
    pane.wait_for_function("() => window.probe?.info")
    assert pane.evaluate("[Office.context.displayLanguage, Office.context.contentLanguage]") == ["it-IT", "it-IT"]
    assert pane.evaluate("JSON.parse(window.name || '{}').hostInfo ?? location.search").count("$it-IT$") == 1


def test_requirement_sets_are_those_that_are_claimed(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    assert [pane.evaluate("set => probe.supports(set)", each) for each in ("1.5", "1.8", "1.14", "1.16")] == [
        True,
        True,
        True,
        False,
    ]


def test_old_host_refuses_newer_calls(stage: Stage) -> None:
    stage.outlook.set_requirement_set("1.5")
    pane = stage.open_probe("html")
    assert [pane.evaluate("set => probe.supports(set)", each) for each in ("1.5", "1.8")] == [True, False]
    attachment = pane.evaluate("probe.properties().attachments[0].id")
    assert pane.evaluate("id => probe.attachment(id)", attachment)["code"] == 5000
    assert pane.evaluate("probe.headers()")["status"] == "failed"
    assert pane.evaluate("probe.body('html')")["status"] == "succeeded"
    assert pane.evaluate("probe.on(Office.EventType.ItemChanged)")["status"] == "succeeded"
    assert pane.evaluate("probe.on(Office.EventType.OfficeThemeChanged)")["status"] == "failed"


def test_window_of_office_is_what_the_notes_say(stage: Stage) -> None:
    """office.js takes pushState, replaceState and alert away: the pane has to know."""
    pane = stage.open_probe("plain")
    assert pane.evaluate("[history.pushState, history.replaceState]") == [None, None]
    assert "not supported" in pane.evaluate("(() => { try { alert('x'); } catch (error) { return error.message; } })()")
