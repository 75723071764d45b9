"""The scenes that lead to each of the contract's examples on the sandbox CRM."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

from contract.component_crm import PASSWORDS, Caller, Clock, Pkce, Window
from contract.component_php import PhpWindow
from sandbox_crm.component.component import Component

Scene = Callable[[Caller, Component, Clock], str]
"""Prepares a CRM for an example; returns the token to send, empty for none."""
WITH_CODE = {"username": "agent", "password": PASSWORDS["agent"]}


def _nothing(_caller: Caller, _component: Component, _clock: Clock) -> str:
    return ""


def _signed_in(caller: Caller, _component: Component, _clock: Clock) -> str:
    return caller.token(stay="1")


def _without_licence(_caller: Caller, component: Component, _clock: Clock) -> str:
    component.licence = "missing"
    return ""


def _past_licence(_caller: Caller, component: Component, _clock: Clock) -> str:
    component.until = datetime.date(2026, 10, 31)
    return ""


def _seats(caller: Caller, component: Component, _clock: Clock) -> str:
    caller.token("sara")
    component.exhaust_seats()
    return ""


def _inactive(caller: Caller, _component: Component, _clock: Clock) -> str:
    caller.crm.deactivate("agent")
    return ""


def _second_factor(channel: str) -> Scene:
    def scene(_caller: Caller, component: Component, _clock: Clock) -> str:
        component.second_factor["agent"] = channel
        return ""

    return scene


def _code_sent(seconds: float = 0) -> Scene:
    def scene(caller: Caller, component: Component, clock: Clock) -> str:
        component.second_factor["agent"] = "wilson"
        caller.code("mailconnectorlogin", **WITH_CODE)
        clock.forward(seconds=seconds)
        return ""

    return scene


def _many_failures(caller: Caller, _component: Component, _clock: Clock) -> str:
    for number in range(20):
        caller.code("mailconnectorlogin", username=f"nobody{number}", password="wrong")
    return ""


def _page_only(_caller: Caller, component: Component, _clock: Clock) -> str:
    component.page_only.add("agent")
    return ""


def _expired(caller: Caller, component: Component, _clock: Clock) -> str:
    token = caller.token(stay="1")
    component.expire_tokens()
    return token


def _revoked(caller: Caller, component: Component, _clock: Clock) -> str:
    token = caller.token(stay="1")
    component.revoke_tokens()
    return token


def _signed_in_without_licence(caller: Caller, component: Component, _clock: Clock) -> str:
    token = caller.token(stay="1")
    component.until = datetime.date(2026, 10, 31)
    return token


def _at_the_end(caller: Caller, _component: Component, clock: Clock) -> str:
    token = caller.token(stay="1")
    for _ in range(3):
        clock.forward(days=25)
        token = str(caller.result("mailconnectorrenew", token)["token"])
    return token


def _two_devices(caller: Caller, _component: Component, clock: Clock) -> str:
    caller.token(device="Outlook for Mac")
    clock.forward(minutes=10)
    return caller.token(stay="1", device="Outlook on the web, Chrome, Windows")


def _signed_out(caller: Caller, _component: Component, _clock: Clock) -> str:
    token = caller.token(stay="1")
    caller.result("mailconnectorlogout", token)
    return token


def _linked(caller: Caller, _component: Component, _clock: Clock) -> str:
    caller.link("agent", caller.crm.find("Contacts", lastname="Smith").id)
    return caller.token(stay="1")


def _mail(text: str = "<p>Our offer</p>", **files: str) -> Scene:
    """A mail that the user has linked to a contact, with these files."""

    def scene(caller: Caller, _component: Component, _clock: Clock) -> str:
        token = caller.token(stay="1")
        mail = {"message_id": "<offer-42@northwind.example>", "subject": "Offer 42", "html": text}
        mail |= {"date": "2026-11-20T09:11:12Z"}
        targets = [caller.crm.find("Contacts", lastname="Smith").id]
        given = {"mail": json.dumps(mail), "targets": json.dumps(targets), "names": json.dumps(list(files))}
        parts = {name: content.encode() for name, content in files.items()}
        if files:
            caller.upload("mailconnectorlink", token, parts, **given)
        else:
            caller.result("mailconnectorlink", token, **given)
        return token

    return scene


def _commented(caller: Caller, component: Component, clock: Clock) -> str:
    token = _mail()(caller, component, clock)
    given = {"message": "44x90", "target": caller.crm.find("Contacts", lastname="Smith").id}
    caller.result("mailconnectorcomment", token, note="Please call back before Friday", **given)
    return token


def _mail_without_id(caller: Caller, _component: Component, _clock: Clock) -> str:
    token = caller.token(stay="1")
    made = "<0123456789abcdef.c0ffee.5ca1ab1e.1.6920a1c0@mail-connector.invalid>"
    given = {"mail": json.dumps({"message_id": made, "subject": "Scan", "date": "2026-11-20T09:11:12Z"})}
    targets = [caller.crm.find("Contacts", lastname="Smith").id]
    caller.result("mailconnectorlink", token, targets=json.dumps(targets), **given)
    return token


def _many_mails(caller: Caller, _component: Component, _clock: Clock) -> str:
    token, target = caller.token(stay="1"), caller.crm.find("Contacts", lastname="Smith").id
    for number in range(1, 10):
        mail = {"message_id": "<scan@ourcompany.example>", "subject": f"Scan {number}", "date": "2026-11-20T09:11:12Z"}
        caller.result("mailconnectorlink", token, mail=json.dumps(mail), targets=json.dumps([target]))
    return token


def _record_gone(caller: Caller, _component: Component, _clock: Clock) -> str:
    caller.crm.remove_by_hand(caller.crm.find("Contacts", lastname="Smith").id)
    return caller.token(stay="1")


def _without_right(module: str) -> Scene:
    def scene(caller: Caller, _component: Component, _clock: Clock) -> str:
        caller.crm.refuse("agent", module, "create")
        return caller.token(stay="1")

    return scene


NEW_CONTACT = {"first_name": "Paul", "last_name": "Newman", "mail": "paul.newman@northwind.example"}


def _contact_made(caller: Caller, _component: Component, _clock: Clock) -> str:
    token = caller.token(stay="1")
    caller.result("mailconnectorcreate", token, module="Contacts", fields=json.dumps(NEW_CONTACT), record="3x10")
    return token


def _no_tickets(caller: Caller, component: Component, _clock: Clock) -> str:
    component.create = ("Contacts", "Accounts")
    return caller.token(stay="1")


OWN_FIELDS = (
    "cf_due | Renewal | date | 5 | M", "cf_visit | Visit | datetime | 70 | M", "cf_hour | Best Hour | time | 73 | M",
    "cf_price | Price | currency 8,2 | 71 | M", "cf_terms | Terms Accepted | boolean | 56 | M",
    "cf_parts | Interests | picks ticketseverities | 33 | M", "cf_buyer | Buys From | ref Accounts,Vendors | 10 | M",
    "cf_keeper | Keeper | ref Users | 52 | M", "cf_photo | Photo | file | 69 | M",
)  # fmt: skip


def _own_fields(caller: Caller, component: Component, _clock: Clock) -> str:
    component.create = ("Contacts",)
    for line in OWN_FIELDS:
        caller.crm.make_field("Contacts", line)
    return caller.token(stay="1")


def _own_fields_of_a_form(caller: Caller, component: Component, clock: Clock) -> str:
    token = _own_fields(caller, component, clock)
    del caller.crm.access.own_fields["Contacts"]["cf_photo"]
    return token


def _more_mandatory(caller: Caller, _component: Component, _clock: Clock) -> str:
    caller.crm.make_field("Accounts", "cf_photo | Photo | file | 69 | M")
    return caller.token(stay="1")


def _short_of_time(caller: Caller, component: Component, _clock: Clock) -> str:
    component.relate_seconds = 0
    return caller.token(stay="1")


def _company_without_mail(caller: Caller, _component: Component, _clock: Clock) -> str:
    caller.crm.new_record("Accounts", owner="agent", accountname="Harbour Works", email1="info@harbour.example")
    return caller.token(stay="1")


SCENES: dict[str, Scene] = {
    "add-address": _company_without_mail,
    "add-address-full": _signed_in,
    "status": _nothing,
    "status-signed-in": _signed_in,
    "status-second-factor": _second_factor("wilson"),
    "status-licence-missing": _without_licence,
    "status-licence-expired": _past_licence,
    "status-seats-exhausted": _seats,
    "login": _nothing,
    "login-wrong-credentials": _nothing,
    "login-inactive": _inactive,
    "login-code-required-wilson": _second_factor("wilson"),
    "login-code-required-mail": _second_factor("mail"),
    "login-code-wrong": _code_sent(),
    "login-code-expired": _code_sent(seconds=60),
    "login-too-many-attempts": _many_failures,
    "login-page-required": _page_only,
    "login-no-seat": _seats,
    "login-licence-missing": _without_licence,
    "login-licence-expired": _past_licence,
    "login-pane-too-old": _nothing,
    "login-pane-too-new": _nothing,
    "login-request-invalid": _nothing,
    "token": _nothing,
    "token-grant-invalid": _nothing,
    "look-sign-in-again-missing": _nothing,
    "look-sign-in-again-expired": _expired,
    "look-sign-in-again-revoked": _revoked,
    "look-licence-expired": _signed_in_without_licence,
    "link": _signed_in,
    "link-again": _mail(**{"offer.pdf": "%PDF-1.7"}),
    "link-refused": _signed_in,
    "link-no-relation": _signed_in,
    "link-permission-denied": _without_right("Messages"),
    "link-request-invalid": _signed_in,
    "link-request-empty": _signed_in,
    "link-incomplete": _short_of_time,
    "mail": _mail(**{"offer.pdf": "%PDF-1.7"}),
    "mail-digests": _mail(**{"offer.pdf": "%PDF-1.7"}),
    "mail-none": _signed_in,
    "mail-made": _mail_without_id,
    "mail-many": _many_mails,
    "mail-gone": _signed_in,
    "mail-request-invalid": _signed_in,
    "file": _mail(),
    "file-address": _mail(),
    "file-missing": _mail(),
    "relate": _mail(**{"offer.pdf": "%PDF-1.7"}),
    "comment": _mail(),
    "comment-again": _commented,
    "fill": _mail(text="<p></p>"),
    "fill-nothing": _mail(),
    "take-back-mail": _mail(**{"offer.pdf": "%PDF-1.7"}),
    "take-back-records": _mail(**{"offer.pdf": "%PDF-1.7"}),
    "look": _linked,
    "look-first": _signed_in,
    "look-request-invalid": _signed_in,
    "search": _signed_in,
    "search-in-module": _signed_in,
    "search-refused": _signed_in,
    "record": _linked,
    "record-refused": _signed_in,
    "record-gone": _record_gone,
    "record-no-relation": _signed_in,
    "forms": _signed_in,
    "forms-fewer": _no_tickets,
    "create": _signed_in,
    "create-ticket": _signed_in,
    "create-again": _contact_made,
    "create-denied": _signed_in,
    "create-field-invalid": _signed_in,
    "create-incomplete": _more_mandatory,
    "create-own": _own_fields_of_a_form,
    "forms-own": _own_fields,
    "renew": _signed_in,
    "renew-at-the-end": _at_the_end,
    "devices": _two_devices,
    "revoke": _two_devices,
    "revoke-none": _signed_in,
    "revoke-request-invalid": _signed_in,
    "logout": _signed_in,
    "logout-again": _signed_out,
}
"""Every example has its scene."""


def granted(window: Window | PhpWindow) -> dict[str, str]:
    """Go through the sign-in page; returns the parameters that turn its code into a token."""
    pkce = Pkce()
    return {"code": window.authorize(pkce)["code"], "code_verifier": pkce.verifier}
