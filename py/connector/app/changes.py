"""The names of changes in the CRM that a press begins (`connector.app.work.Work.change`).

The views ask by them what is under way.
"""

from __future__ import annotations

MAKING = "make"
"""The record of the open form is made."""


def removal(mail: str, record: str) -> str:
    """Return the name of taking the mail with this key from a record, by its id."""
    return f"remove {record} {mail}"


def undoing(mail: str) -> str:
    """Return the name of taking back what a link did to an older mail, by the mail's key."""
    return f"undo {mail}"


def giving(record: str, address: str) -> str:
    """Return the name of giving a record a mail address."""
    return f"give {record} {address}"
