"""The CRM's own pages, as far as a mail connector leads there: sign-in, lists, records with mails and documents.

They live at vtenext's addresses (``index.php?module=…&action=DetailView&record=…``), use no script, and
remember who signed in by a cookie that holds a random session name.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..crm import SandboxCrm
from ..errors import WebServiceError
from ..store import sanitizing
from ..store.access import User
from ..store.modules import Module, modules
from ..store.store import Row
from ..store.users import SEED_USERS
from .record_page import RecordPage, link, title_of

COOKIE = "sandbox_crm_session"
POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
MAIL_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors "


class Pages:
    """The pages of one CRM."""

    def __init__(self, crm: SandboxCrm) -> None:
        self._crm = crm
        self._sessions: dict[str, str] = {}

    async def index(self, request: Request) -> Response:
        """Answer ``index.php``: the page that the query names, or the sign-in page that comes back to it."""
        query = request.query_params
        if self._crm.quirks.maintenance or self._crm.quirks.database_away:
            return self._html(None, "Maintenance", "<p>The system is in maintenance mode</p>", 200)
        if request.method == "POST":
            return await self._sign_in(request)
        if query.get("action") == "Logout":
            self._sessions.pop(request.cookies.get(COOKIE, ""), None)
            return RedirectResponse("index.php", 303)
        user = self._user(request)
        if user is None:
            return self._sign_in_page(request.url.query, "", 200)
        with self._crm.lock:
            return self._page(user, query)

    def _user(self, request: Request) -> User | None:
        name = self._sessions.get(request.cookies.get(COOKIE, ""), "")
        account = self._crm.access.account(name) if name else None
        return self._crm.access.user(account) if account is not None and account.active else None

    async def _sign_in(self, request: Request) -> Response:
        form = await request.form()
        name, password = str(form.get("user_name") or ""), str(form.get("user_password") or "")
        try:
            with self._crm.lock:
                self._crm.access.sign_in(name, password, request.client.host if request.client else "")
        except WebServiceError as error:
            return self._sign_in_page(request.url.query, error.message, 401)
        session = secrets.token_urlsafe(24)
        self._sessions[session] = name
        answer = RedirectResponse(self._after_login(request.url.query), 303)
        answer.set_cookie(COOKIE, session, httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return answer

    def _after_login(self, query: str) -> str:
        """Return where the login page leads back to."""
        if self._crm.quirks.register_argc_argv:
            query = query.partition("+")[0]
        return f"index.php?{query}" if query else "index.php"

    def _page(self, user: User, query: Mapping[str, str]) -> Response:
        name, action, number = query.get("module", "Home"), query.get("action", "index"), query.get("record", "")
        if name == "Home":
            return self._home(user)
        if name not in modules() or not self._crm.access.may(user, name):
            return self._refused(user)
        if action == "index":
            return self._list(user, modules()[name])
        row = self._crm.store.row(int(number)) if number.isascii() and number.isdigit() else None
        if row is None or row.gone or row.module != name or not self._may_see(user, row):
            return self._refused(user)
        if action == "Body" and name == "Messages":
            return _mail_body(row)
        if action == "Download" and name == "Documents":
            return self._download(row)
        return self._record(user, row)

    def _may_see(self, user: User, row: Row) -> bool:
        """Tell whether the user may see a record: by its sharing, or as a mail or document of a record that shows."""
        access, store = self._crm.access, self._crm.store
        if access.may_read(user, row):
            return True
        related = store.records_of(row.hash) if row.hash else store.records_of_document(row.number)
        holders = [holder for holder in map(store.row, related) if holder is not None and not holder.deleted]
        if any(access.may(user, holder.module) and access.may_read(user, holder) for holder in holders):
            return True
        mails = map(store.row, store.holders(row.number))
        return any(self._may_see(user, mail) for mail in mails if mail is not None and not mail.deleted)

    # -- the pages

    def _sign_in_page(self, query: str, message: str, status: int) -> Response:
        action = escape(f"index.php?{query}" if query else "index.php")
        known = "".join(
            f'<li><form method="post" action="{action}"><input type="hidden" name="user_name" value="{escape(u.name)}">'
            f'<input type="hidden" name="user_password" value="{escape(u.password)}">'
            f"<button>{escape(u.name)}</button> {escape(u.about)}</form></li>"
            for u in SEED_USERS
        )
        alert = f'<p role="alert">{escape(message)}</p>' if message else ""
        content = (
            f'{alert}<form method="post" action="{action}">'
            '<label>User name <input name="user_name" autocomplete="username" autofocus></label>'
            '<label>Password <input name="user_password" type="password" autocomplete="current-password"></label>'
            "<button>Sign in</button></form>"
            f"<h2>Users of this sandbox</h2><ul>{known}</ul>"
        )
        return self._html(None, "Sign in", content, status)

    def _home(self, user: User) -> Response:
        items = "".join(
            f'<li><a href="{link(module.name, "index")}">{escape(module.label)}</a>'
            f" <small>{len(self._visible(user, module))}</small></li>"
            for module in self._crm.access.modules(user)
            if module.is_entity and module.name != "Users"
        )
        return self._html(user, "Modules", f'<ul class="modules">{items}</ul>')

    def _visible(self, user: User, module: Module) -> list[Row]:
        return [row for row in self._crm.store.rows(module.name) if self._crm.access.may_read(user, row)]

    def _list(self, user: User, module: Module) -> Response:
        rows = "".join(
            f'<tr><td><a href="{link(module.name, "DetailView", row.number)}">{escape(title_of(row))}</a></td>'
            f"<td>{escape(row.fields.get('createdtime', ''))}</td></tr>"
            for row in self._visible(user, module)
        )
        table = f"<table><thead><tr><th>Name</th><th>Created</th></tr></thead><tbody>{rows}</tbody></table>"
        return self._html(user, module.label, table if rows else "<p>No records.</p>")

    def _record(self, user: User, row: Row) -> Response:
        title = f"{modules()[row.module].singular}: {title_of(row)}"
        return self._html(user, title, RecordPage(self._crm, user).content(row))

    def _download(self, row: Row) -> Response:
        file = self._crm.store.file(row.number)
        if file is None:
            return self._html(None, "No file", "<p>This document has no file.</p>", 404)
        plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in file.name)
        headers = {
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Frame-Options": "DENY",
        }
        kind = file.type if file.type.isascii() and file.type.isprintable() else "application/octet-stream"
        return Response(file.handed_out, headers=headers | {"Content-Type": kind})

    def _refused(self, user: User) -> Response:
        return self._html(user, "Not permitted", "<p>You are not permitted to see this, or it is gone.</p>", 403)

    def _html(self, user: User | None, title: str, content: str, status: int = 200) -> Response:
        menu = ""
        if user is not None:
            menu = (
                f'<nav><a href="index.php">Home</a> <span>{escape(user.name)}</span>'
                f' <a href="{link("Users", "Logout")}">Sign out</a></nav>'
            )
        page = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} – sandbox CRM</title>'
            '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="sandbox/style.css"></head>'
            f"<body><header><strong>Sandbox CRM</strong>{menu}</header><main><h1>{escape(title)}</h1>{content}</main>"
            "</body></html>"
        )
        headers = {
            "Content-Security-Policy": POLICY + "'none'",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return Response(page.encode(), status, headers, "text/html; charset=utf-8")


def _mail_body(row: Row) -> Response:
    body = row.fields.get("description", "")
    body = body if body.startswith(sanitizing.BEGIN) else sanitizing.sanitized(body)
    headers = {"Content-Security-Policy": MAIL_POLICY + "'self'", "X-Content-Type-Options": "nosniff"}
    page = f'<!doctype html><meta charset="utf-8"><title>Mail</title>{body}'
    return Response(page.encode("utf-8", "replace"), 200, headers, "text/html; charset=utf-8")
