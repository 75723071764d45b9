"""The served ``config.json``: how the one who hosts the pane sets it up for an organization.

The build checks the file with the same function that reads it at start, so a typing error is seen
before it reaches everybody's Outlook.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connector.app.state import Settings
from connector.errors import CrmAddressError
from connector.mail.ours import is_domain
from connector.ports import ARRIVAL_SECONDS
from connector.vtenext import url

KEYS: Mapping[str, tuple[type, str]] = {
    "crm_urls": (list, "a list of texts"),
    "free_url": (bool, "true or false"),
    "licence": (str, '"required" or "optional"'),
    "stay_signed_in": (bool, "true or false"),
    "keep_access_key": (bool, "true or false"),
    "create_records": (bool, "true or false"),
    "keep_original": (bool, "true or false"),
    "preselect": (bool, "true or false"),
    "own_domains": (list, "a list of texts"),
    "filed_marks": (bool, "true or false"),
    "category": (str, "a text"),
    "entra_client_id": (str, "a text"),
    "entra_tenant": (str, "a text"),
    "support": (str, "a text"),
    "answer_seconds": (int, "a whole number"),
    "stall_seconds": (int, "a whole number"),
    "office_seconds": (int, "a whole number"),
    "arrival_seconds": (int, "a whole number"),
}
"""Known keys: their JSON type, and how it is called in a message."""

LICENCES = ("required", "optional")
"""Whether the pane works only with an active licence on the CRM, or against a stock vtenext too."""

TENANTS = ("organizations", "common")
"""Whose accounts may sign in, where `entra_tenant` names no single organization. Personal accounts have no way in."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
LONGEST_CATEGORY = 255
"""Characters of a category's name, as Outlook has it."""
ANSWER_SECONDS, STALL_SECONDS, OFFICE_SECONDS = 60, 60, 30
"""How long to wait for the CRM's answer, for progress of an upload, and for an Office call."""


@dataclass(frozen=True)
class Waits:
    """How long to wait, in seconds: for the CRM's answer, for progress of an upload, for an Office call.

    ``arrival``: for what may be on its way into the CRM, when the answer to sending it was lost.
    """

    answer: int = ANSWER_SECONDS
    stall: int = STALL_SECONDS
    office: int = OFFICE_SECONDS
    arrival: int = ARRIVAL_SECONDS


def waits_from(config: Mapping[str, Any]) -> Waits:
    """Read the times to wait; wrong values count as absent."""

    def seconds(key: str, otherwise: int) -> int:
        value = config.get(key)
        return value if type(value) is int and 1 <= value <= 3600 else otherwise

    return Waits(
        seconds("answer_seconds", ANSWER_SECONDS),
        seconds("stall_seconds", STALL_SECONDS),
        seconds("office_seconds", OFFICE_SECONDS),
        seconds("arrival_seconds", ARRIVAL_SECONDS),
    )


def problems(config: object) -> list[str]:
    """What is wrong with the content of a config file, a sentence each; nothing when it is right."""
    if not isinstance(config, dict):
        return ["It has to be a JSON object: { … }."]
    content: dict[str, Any] = config
    found = [f"The key {key!r} is not known. Known: {', '.join(sorted(KEYS))}." for key in content if key not in KEYS]
    for key, (kind, name) in KEYS.items():
        value = content.get(key)
        # A JSON true is no number, though Python's bool is an int.
        if key in content and type(value) is not kind:
            found.append(f"The value of {key!r} has to be {name}.")
        elif kind is int and key in content and not 1 <= int(str(value)) <= 3600:
            found.append(f"The value of {key!r} has to be between 1 and 3600 seconds.")
    if isinstance(content.get("licence"), str) and content["licence"] not in LICENCES:
        found.append('The value of \'licence\' has to be "required" or "optional".')
    category = content.get("category")
    if isinstance(category, str) and category != _category(category):
        found.append(f"The value of 'category' has to be one line of at most {LONGEST_CATEGORY} characters.")
    found += _entra_problems(content)
    urls = content.get("crm_urls")
    for given in urls if isinstance(urls, list) else []:
        try:
            url.normalise(given if isinstance(given, str) else "")
        except CrmAddressError:
            found.append(f"{given!r} in 'crm_urls' is no https address of a CRM.")
    named = content.get("own_domains")
    for given in named if isinstance(named, list) else []:
        if not isinstance(given, str) or not is_domain(given):
            found.append(f"{given!r} in 'own_domains' is no domain that an organization has.")
    if content.get("free_url") is False and not urls:
        found.append("With 'free_url' false, 'crm_urls' has to name at least one CRM.")
    return found


def settings_from(config: Mapping[str, Any]) -> Settings:
    """Read a config; wrong values are taken for absent, and the rest of the file is used."""
    right: dict[str, Any] = {key: value for key, value in config.items() if key in KEYS and type(value) is KEYS[key][0]}
    urls = []
    for given in right.get("crm_urls", []):
        try:
            urls.append(url.normalise(given if isinstance(given, str) else ""))
        except CrmAddressError:
            continue
    return Settings(
        crm_urls=tuple(urls),
        free_url=bool(right.get("free_url", True)) or not urls,
        licence_required=right.get("licence") != "optional",
        stay_signed_in=bool(right.get("stay_signed_in", True)),
        keep_access_key=bool(right.get("keep_access_key", False)),
        create_records=bool(right.get("create_records", True)),
        keep_original=bool(right.get("keep_original", False)),
        filed_marks=bool(right.get("filed_marks", True)),
        category=_category(right.get("category", "")),
        entra_client_id=str(right.get("entra_client_id", "")) if not _entra_problems(right) else "",
        entra_tenant=str(right.get("entra_tenant", "")) or TENANTS[0],
        preselect=bool(right.get("preselect", True)),
        support=str(right.get("support", "")),
        own_domains=tuple(one for one in right.get("own_domains", []) if isinstance(one, str) and is_domain(one)),
    )


def for_one_crm(settings: Settings, given: str) -> Settings:
    """Return the settings where the manifest names the CRM; as they are where that address is not allowed.

    ``given``: what stands in the pane's own address (``index.html?crm=…``), which the build has put there.
    """
    try:
        crm = url.normalise(given)
    except CrmAddressError:
        return settings
    if not settings.free_url and crm not in settings.crm_urls:
        return settings
    return replace(settings, crm_urls=(crm,), free_url=False)


def _category(name: str) -> str:
    """The name of a category as Outlook takes one; empty for none."""
    return " ".join(name.split())[:LONGEST_CATEGORY]


def _entra_problems(content: Mapping[str, Any]) -> list[str]:
    """What is wrong with the registration at Microsoft Entra."""
    found = []
    client, tenant = content.get("entra_client_id"), content.get("entra_tenant")
    if isinstance(client, str) and client and not _GUID.fullmatch(client):
        found.append("The value of 'entra_client_id' has to be the application's id, such as 01234567-89ab-….")
    named = isinstance(tenant, str) and (not tenant or tenant in TENANTS or _GUID.fullmatch(tenant))
    if isinstance(tenant, str) and not named and not is_domain(tenant):
        found.append("The value of 'entra_tenant' has to be the organization's id or domain in Microsoft Entra.")
    if tenant and not client:
        found.append("With 'entra_tenant', 'entra_client_id' has to say which application it is.")
    return found
