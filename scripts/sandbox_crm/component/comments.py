"""The component's operation that writes a comment on a record to which a mail is linked (``crm/README.md``)."""

from __future__ import annotations

import html
from typing import Any

from ..rest.operations import Call
from .answers import answer
from .calls import text
from .parameters import invalid, line, record_id
from .remarks import COMMENTS
from .work import Work, denied, no_relation, refused


def kept(note: str) -> str:
    """Return a text as a comment is kept: shown as HTML, in a database that may hold three bytes a sign."""
    escaped = html.escape(note, quote=False)
    return "".join(f"&#{ord(one)};" if ord(one) > 0xFFFF else one for one in escaped)


def mailconnectorcomment(call: Call) -> dict[str, Any]:
    """Write a comment; what a link of the user's wrote there beside this mail stands, and is told."""
    work = Work(call)
    target, note = record_id(call, "target"), line(text(call, "note"))
    if not note:
        raise invalid("note")
    mail = work.named()
    accepted, refusals = work.targets([target], needed=True)
    del refusals
    module = next(iter(accepted))
    record = int(target.partition("x")[2])
    if record not in work.mails.records(mail):
        raise refused(target)
    if not work.mails.may(COMMENTS):
        raise denied(COMMENTS)
    if module not in work.remarks.commentable():
        raise no_relation(module)
    wanted = kept(note)
    for one in work.remarks.comments(sorted(work.ours(mail))):
        if (one["record"], one["text"]) == (record, work.crm.records.text(wanted)):
            return answer({"comment": _told(work, one["number"], note), "stored": False})
    number = work.remarks.comment(record, wanted)
    work.note(mail, number)
    return answer({"comment": _told(work, number, note), "stored": True})


def _told(work: Work, number: int, note: str) -> dict[str, str]:
    """The comment with its text as it was read back: that which was given, where it is kept so."""
    (read,) = work.remarks.comments([number])
    same = read["text"] == kept(note)
    return {"id": work.mails.id(COMMENTS, number), "text": note if same else html.unescape(read["text"])}
