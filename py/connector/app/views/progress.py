"""A link under way, step by step; or what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import progress_text
from connector.app.language import N_, _, fill, ngettext, shown
from connector.app.state import LinkView, State
from connector.app.views.failure import failure
from connector.app.views.foreign import foreign
from connector.app.views.receipt import receipt
from connector.linking.arriving import Arrived
from connector.linking.link import Link
from connector.linking.outcome import FileOutcome
from connector.linking.states import FileState, Step

STAGES = (
    ("check", (Step.TAKE_BACK, Step.CHECK), N_("Check the records and your permissions")),
    ("read", (Step.READ, Step.FIND, Step.ORIGINAL), N_("Read the mail, and look for it in the CRM")),
    ("files", (Step.FILES,), N_("Read the attachments")),
    ("store", (Step.STORE, Step.SEND_FILES, Step.SEND_ORIGINAL), N_("Send to the CRM")),
    ("prove", (Step.READ_BACK, Step.DATE, Step.FILL), N_("Read back what the CRM has")),
    ("link", (Step.RELATE, Step.DOCUMENTS, Step.NOTE), N_("Link to the records")),
)
"""What a person calls the steps: a key, the steps, and the words."""
FROM_AFAR = ("read", "files")
"""Stages in which files may be fetched from a server."""


def link_panel(state: State) -> Element | None:
    """The shown mail's link: progress, failure or receipt."""
    view = state.current
    if view is None:
        return None
    if view.receipt is not None:
        return receipt(state, view, view.receipt)
    return progress(view) if view.running else failure(view)


def progress(view: LinkView) -> Element:
    """Steps done, the present one, and those to come."""
    link = view.link
    key = link.plan.mail.key
    cancel = h("button", _("Cancel"), type_="button", key="cancel", on={"click": e.CancelAsked(key)})
    return h(
        "section",
        h("h2", title(view), key="title", id="linking", tabindex="-1", autofocus=True),
        h("p", _("Removing what had been stored…"), key="removing", cls="hint")
        if view.removing
        else h("ol", stages(view), key="steps", cls="steps"),
        h("p", _("You may go on working; this continues when you select another mail."), key="meanwhile", cls="hint")
        if link.written and not view.removing
        else None,
        cancel if not view.removing else None,
        # Not the receipt's section: its title is to take the focus when it comes.
        key="progress",
        cls="panel",
        aria_labelledby="linking",
    )


def title(view: LinkView) -> str:
    """What is going on."""
    if view.removing:
        return _("Taking back…")
    records = view.link.targets or view.link.plan.records
    if len(records) == 1:
        return fill(_("Linking to {name}…"), name=_name(view.link))
    return ngettext("Linking to {count} record…", "Linking to {count} records…", len(records))


def _name(link: Link) -> str:
    records = link.targets or link.plan.records
    return shown(records[0].name, 80)


def stage_text(view: LinkView) -> str:
    """The present step in words, for a screen reader; of what takes long, how much has come now and then."""
    link, arrived = view.link, view.arrived
    key, text = next(((key, _(text)) for key, steps, text in STAGES if link.step in steps), ("", ""))
    if key not in FROM_AFAR or arrived is None or not arrived.said or arrived.came >= arrived.whole:
        return text
    return fill(_("{step}: {part}"), step=text, part=progress_text(arrived.said, arrived.whole))


def stages(view: LinkView) -> list[Element]:
    """The list of steps that this link has."""
    link = view.link
    kept = [stage for stage in STAGES if _has(link, stage[0])]
    place = next((index for index, stage in enumerate(kept) if link.step in stage[1]), 0)
    return [
        h(
            "li",
            h("span", _(text), key="text"),
            *(_details(link, key) if index == place else []),
            *(_arrived(view.arrived) if index == place and key in FROM_AFAR else []),
            h("span", _("done"), key="done", cls="unseen") if index < place else None,
            key=key,
            cls="done" if index < place else "now" if index == place else "later",
            aria_current="step" if index == place else None,
        )
        for index, (key, _steps, text) in enumerate(kept)
    ]


def _has(link: Link, key: str) -> bool:
    """Of a mail that was stored before only the attachments that are missing are read and sent."""
    before = link.stored is not None and not link.stored.ours
    if key == "files":
        return bool(link.files) and (_missing(link.files) or not before)
    return _missing(link.papers) or not before if key == "store" else True


def _missing(files: Sequence[FileOutcome]) -> bool:
    return any(one.state is not FileState.STORED for one in files)


def _arrived(arrived: Arrived | None) -> list[Element]:
    """How much has come of what is fetched from afar, while that goes on."""
    if arrived is None or arrived.came >= arrived.whole:
        return []
    return _bytes(arrived.came, arrived.whole, _("Received"))


def _bytes(done: int, whole: int, label: str) -> list[Element]:
    """So many bytes of so many, as a figure and as a bar."""
    text, value = progress_text(done, whole), str(min(max(done, 0), whole))
    return [
        h("span", text, key="bytes", cls="figure"),
        h("progress", key="bar", value=value, max=str(whole), aria_label=label, aria_valuetext=text),
    ]


def _details(link: Link, key: str) -> list[Element]:
    if key == "files":
        done = sum(one.state is not FileState.WAITING for one in link.files)
        text = fill(_("{count} of {all}"), count=str(done), all=str(len(link.files)))
        return [h("span", text, key="count", cls="figure")]
    if key != "store":
        return []
    single = [one for one in link.files if one.state is FileState.READ] if link.step is Step.SEND_FILES else []
    parts = [h("span", foreign(single[0].name, longest=120), key="file", cls="figure")] if single else []
    if link.total > 0:
        parts += _bytes(link.sent, link.total, _("Sent"))
    return parts
