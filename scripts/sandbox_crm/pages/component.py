"""The CRM's pages with the component's own: consent to a pane's sign-in, second factor, single sign-on, the phone."""

from __future__ import annotations

import datetime
import re
import secrets
from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..component.answers import ComponentRefusal
from ..component.calls import ADDRESS, own_address
from ..component.component import Component
from ..crm import SandboxCrm
from ..errors import WebServiceError
from ..store.access import User
from .pages import COOKIE, Pages

PENDING = "sandbox_crm_pending"
"""Cookie of somebody whose password was right and whose second factor is awaited."""
_MAY = "look for records, store mails with their files, link them and create records: with your rights, and no others."
_STATE = re.compile(r"[A-Za-z0-9_-]{16,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class ComponentPages(Pages):
    """`Pages`, and what the component and the CRM's ways to sign in add to them."""

    def __init__(self, crm: SandboxCrm) -> None:
        super().__init__(crm)
        self._pending: dict[str, str] = {}
        self._csrf: dict[str, str] = {}

    async def index(self, request: Request) -> Response:
        """Answer ``index.php``."""
        query = request.query_params
        if self._crm.quirks.maintenance or self._crm.quirks.database_away:
            return await super().index(request)
        ADDRESS.set(f"{request.url.scheme}://{request.url.netloc}{self._crm.path_prefix}")
        if self._crm.identity is not None and query.get("action") == "SingleSignOn":
            return self._single_sign_on(request)
        user = self._user(request)
        component = self._crm.component
        if component is not None and query.get("module") == "MailConnector" and user is not None:
            if query.get("action") == "Authorize":
                return await self._authorize(request, user, component)
            return self._refused(user)
        return await super().index(request)

    # -- signing in

    async def _sign_in(self, request: Request) -> Response:
        form = await request.form()
        component = self._crm.component
        if "code" in form:
            return self._second_factor(request, str(form["code"]))
        name = str(form.get("user_name") or "")
        account = self._crm.access.account(name)
        if component is None or account is None or account.name not in component.second_factor:
            return await super()._sign_in(request)
        try:
            with self._crm.lock:
                address = request.client.host if request.client else ""
                self._crm.access.sign_in(name, str(form.get("user_password") or ""), address)
                component.codes.send(account.name, component.second_factor[account.name], datetime.timedelta())
        except WebServiceError as error:
            return self._sign_in_page(request.url.query, error.message, 401)
        pending = secrets.token_urlsafe(24)
        self._pending[pending] = account.name
        answer = self._code_page(request, "A code was sent to you.", 200)
        answer.set_cookie(PENDING, pending, httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return answer

    def _second_factor(self, request: Request, code: str) -> Response:
        component, name = self._crm.component, self._pending.get(request.cookies.get(PENDING, ""), "")
        if component is None or not name:
            return self._sign_in_page(request.url.query, "Please sign in again.", 401)
        with self._crm.lock:
            outcome = component.codes.take(name, code)[0]
        if outcome == "wrong":
            return self._code_page(request, "The code is wrong.", 401)
        del self._pending[request.cookies[PENDING]]
        if outcome == "expired":
            return self._sign_in_page(request.url.query, "The code is no longer valid. Please sign in again.", 401)
        return self._welcome(request, name, request.url.query)

    def _single_sign_on(self, request: Request) -> Response:
        identity, query = self._crm.identity, request.query_params
        name = identity.redeem(query.get("assertion", "")) if identity else None
        account = self._crm.access.account(name) if name else None
        if account is None or not account.active:
            return self._sign_in_page(query.get("back", ""), "The identity provider did not sign you in.", 401)
        return self._welcome(request, account.name, query.get("back", ""))

    def _welcome(self, request: Request, name: str, query: str) -> Response:
        session = secrets.token_urlsafe(24)
        self._sessions[session] = name
        answer = RedirectResponse(self._after_login(query), 303)
        answer.set_cookie(COOKIE, session, httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return answer

    def _code_page(self, request: Request, message: str, status: int) -> Response:
        action = escape(f"index.php?{request.url.query}")
        content = (
            f'<p role="alert">{escape(message)}</p><form method="post" action="{action}">'
            '<label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" autofocus></label>'
            "<button>Continue</button></form>"
        )
        return self._toward_panes(self._html(None, "Second factor", content, status))

    def _sign_in_page(self, query: str, message: str, status: int) -> Response:
        page = self._toward_panes(super()._sign_in_page(query, message, status))
        identity = self._crm.identity
        if identity is None:
            return page
        back = f"{ADDRESS.get()}/index.php?{urlencode({'module': 'Users', 'action': 'SingleSignOn', 'back': query})}"
        link = f'<p><a href="{escape(identity.signin_url(back))}">Sign in with {escape(identity.name)}</a></p></main>'
        return _with_body(page, bytes(page.body).replace(b"</main>", link.encode()))

    # -- consent

    async def _authorize(self, request: Request, user: User, component: Component) -> Response:
        query = request.query_params
        redirect, state = query.get("redirect_uri", ""), query.get("state", "")
        if redirect not in component.redirects or not _STATE.fullmatch(state):
            text = "<p>This address may not sign in here. An administrator can allow it.</p>"
            return self._html(user, "Not allowed", text, 400)
        try:
            self._check(query.get("code_challenge", ""), query.get("code_challenge_method", ""), query.get("contract"))
            component.check_pane(query.get("pane", ""))
            component.check_licence()
            component.check_seat(user.name)
        except ComponentRefusal as refusal:
            return _back(component, redirect, error=refusal.code, state=state)
        session = request.cookies[COOKIE]
        if request.method == "GET":
            csrf = self._csrf.setdefault(session, secrets.token_urlsafe(24))
            return self._consent_page(request, user, redirect, csrf)
        form = await request.form()
        if not secrets.compare_digest(str(form.get("__csrf_token") or ""), self._csrf.get(session) or " "):
            return self._html(user, "Not allowed", "<p>The form has expired. Please start again.</p>", 403)
        if form.get("decision") != "allow":
            return _back(component, redirect, error="access_denied", state=state)
        stay, device = query.get("stay") == "1", query.get("device", "")
        with self._crm.lock:
            code = component.devices.new_grant(user.name, redirect, query["code_challenge"], device, stay=stay)
        return _back(component, redirect, code=code, state=state)

    @staticmethod
    def _check(challenge: str, method: str, contract: str | None) -> None:
        if method != "S256" or not _CHALLENGE.fullmatch(challenge) or contract != "1":
            raise ComponentRefusal("request_invalid", "The request for a code is incomplete.")

    def _consent_page(self, request: Request, user: User, redirect: str, csrf: str) -> Response:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(redirect))
        query, component = request.query_params, self._crm.component
        named = query.get("device", "")
        device = f"<dt>Device</dt><dd>{escape(named)}</dd>" if named else ""
        days, hours = (component.stay_days, component.hours) if component else (0, 0)
        lasting = (
            f"Until you have not used it for {days} days" if query.get("stay") == "1" else f"{hours} hours at most"
        )
        content = (
            f"<p>The Mail Connector at <strong>{escape(origin)}</strong> wants to work in this CRM as "
            f"<strong>{escape(user.name)}</strong>.</p>"
            f"<dl><dt>It may</dt><dd>{_MAY}</dd>{device}<dt>How long</dt><dd>{lasting}</dd></dl>"
            f'<form method="post" action="{escape(f"index.php?{request.url.query}")}">'
            f'<input type="hidden" name="__csrf_token" value="{csrf}">'
            '<button name="decision" value="allow">Allow</button> '
            '<button name="decision" value="deny">Cancel</button></form>'
        )
        return self._toward_panes(self._html(user, "Outlook Mail Connector", content))

    def _toward_panes(self, page: Response) -> Response:
        """Let the page's form lead to the allowed panes: a browser applies form-action to redirects after it, too."""
        component = self._crm.component
        origins = {"{0.scheme}://{0.netloc}".format(urlsplit(one)) for one in component.redirects} if component else ()
        policy = page.headers["Content-Security-Policy"]
        wider = " ".join(["form-action 'self'", *sorted(origins)])
        page.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", wider)
        return page

    # -- the sandbox's own

    async def phone(self, _request: Request) -> Response:
        """Show the second-factor codes that were sent: everybody's phone and mailbox."""
        component = self._crm.component
        sent = list(reversed(component.codes.sent)) if component else []
        rows = "".join(
            f'<tr data-user="{escape(one.user)}"><td>{escape(one.user)}</td><td>{one.channel}</td>'
            f"<td><strong>{one.code}</strong></td><td>{one.expires.astimezone(self._crm.time_zone):%H:%M:%S}</td></tr>"
            for one in sent[:20]
        )
        text = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">'
            '<title>Phone – sandbox CRM</title><link rel="stylesheet" href="style.css"><main><h1>Codes</h1>'
            f"<table><tr><th>User<th>Channel<th>Code<th>Valid until</tr>{rows}</table></main></html>"
        )
        return HTMLResponse(text, headers={"X-Frame-Options": "DENY", "Cache-Control": "no-store"})


def _back(component: Component, redirect: str, **values: str) -> Response:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    told = urlencode(values | {"iss": own_address(component)})
    return RedirectResponse(f"{redirect}#{told}", 303, headers)


def _with_body(page: Response, body: bytes) -> Response:
    headers = {name: value for name, value in page.headers.items() if name.lower() != "content-length"}
    return Response(body, page.status_code, headers)
