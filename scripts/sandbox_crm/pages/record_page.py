"""The page of one record in the sandbox CRM: its details, its mails and its Documents."""

from __future__ import annotations

from html import escape, unescape
from urllib.parse import urlencode

from ..store.access import User
from ..store.archive import Archive
from ..store.modules import Module, modules
from ..store.store import Row
from ..store.users import SEED_USERS

MAIL_FIELDS = {"Subject": "subject", "From": "mfrom_f", "To": "mto_f", "Cc": "mcc_f", "Bcc": "mbcc_f", "Date": "mdate"}


class RecordPage:
    """What a user is shown of a record."""

    def __init__(self, crm: Archive, user: User) -> None:
        self._crm, self._user = crm, user

    def content(self, row: Row) -> str:
        """Return the sections of the page."""
        module = modules()[row.module]
        parts = [f'<section id="details"><h2>Details</h2>{self._details(module, row)}</section>']
        if module.has_messages:
            mails = [mail for mail in map(self._crm.store.row, self._crm.store.messages_of(row.number)) if mail]
            parts.append(_section("messages", "Messages", [self._mail(mail) for mail in mails]))
        elif row.module == "Messages":
            parts.append(_section("messages", "Message", [self._mail(row)]))
            related = [item for item in map(self._crm.store.row, self._crm.store.records_of(row.hash or "")) if item]
            listed = [self._document(item) for item in related if item.module == "Documents" and not item.deleted]
            parts.append(_section("documents", "Documents", listed))
        if module.has_documents and row.module != "Messages":
            documents = [item for item in map(self._crm.store.row, self._crm.store.documents_of(row.number)) if item]
            parts.append(_section("documents", "Documents", [self._document(item) for item in documents]))
        if row.module == "Documents":
            parts.append(_section("documents", "File", [self._document(row)]))
        return "".join(parts)

    def _details(self, module: Module, row: Row) -> str:
        answer = self._crm.records.answer(self._user, row)
        lines = ""
        for name, field in self._crm.access.fields(self._user, module).items():
            value = answer.get(name, "")
            if not value or value == field.initial or name in {"description", "cleaned_body"}:
                continue
            shown = readable(value)
            if field.kind == "reference" and name != "creator":
                target = self._crm.store.row(int(value.partition("x")[2]))
                if target is not None:
                    address = link(target.module, "DetailView", target.number)
                    shown = f'<a href="{address}">{escape(title_of(target))}</a>'
            elif field.kind == "owner" or name == "creator":
                shown = escape(next((u.name for u in SEED_USERS if u.number == int(value.partition("x")[2])), value))
            lines += f"<dt>{escape(field.label)}</dt><dd>{shown}</dd>"
        return f"<dl>{lines}</dl>"

    def _mail(self, row: Row) -> str:
        lines = "".join(
            f"<dt>{label}</dt><dd>{readable(row.fields.get(name) or row.fields.get(name.removesuffix('_f'), ''))}</dd>"
            for label, name in MAIL_FIELDS.items()
            if row.fields.get(name) or row.fields.get(name.removesuffix("_f"))
        )
        numbers = self._crm.store.attachments(row.number)
        documents = [document for document in map(self._crm.store.row, numbers) if document and not document.deleted]
        files = "".join(f"<li>{self._document(document)}</li>" for document in documents)
        title = row.fields.get("subject", "") or "(no subject)"
        return (
            f'<article class="mail" data-id="{self._crm.records.id("Messages", row.number)}"><h3>'
            f'<a href="{link("Messages", "DetailView", row.number)}">{readable(title)}</a></h3><dl>{lines}</dl>'
            f'<iframe sandbox src="{link("Messages", "Body", row.number)}" title="Text of the mail" loading="lazy">'
            f"</iframe>{f'<ul class=attachments>{files}</ul>' if files else ''}</article>"
        )

    def _document(self, row: Row) -> str:
        title, size = readable(row.fields.get("notes_title", "")), int(row.fields.get("filesize") or 0)
        if row.fields.get("filelocationtype") == "E":
            address = row.fields.get("filename", "")
            if address.lower().startswith(("https://", "http://")):
                return f'<a href="{escape(address)}" rel="noopener noreferrer">{title}</a> <small>link</small>'
            return f"{title} <small>link</small>"
        if self._crm.store.file(row.number) is None:
            return f"{title} <small>no file</small>"
        return f'<a href="{link("Documents", "Download", row.number)}">{title}</a> <small>{size:,} bytes</small>'


def readable(value: str) -> str:
    """Return a value for a page. Entities in it are shown as what they mean, as vtenext's pages do."""
    return escape(unescape(value))


def title_of(row: Row) -> str:
    """Return the name of a record."""
    return modules()[row.module].title(row.fields) or f"{modules()[row.module].singular} {row.number}"


def link(module: str, action: str, number: int | None = None) -> str:
    """Return the address of a page."""
    query = {"module": module, "action": action} | ({} if number is None else {"record": str(number)})
    return escape(f"index.php?{urlencode(query)}")


def _section(name: str, title: str, items: list[str]) -> str:
    content = "".join(f"<li>{item}</li>" for item in items)
    return f'<section id="{name}"><h2>{title} <small>{len(items)}</small></h2><ul>{content}</ul></section>'
