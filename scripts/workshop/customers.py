"""Manifests for several organizations whose panes are the same files: each names its CRM and has an id of its own.

text = for_crm(manifest, "https://crm.customer.example", config)
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from urllib.parse import quote

from workshop.checkout import connector_importable

PARAMETER = "crm"
"""What the pane's address calls the CRM's in (`connector.app.settings`)."""
_ID = re.compile(r"<Id>([0-9a-f-]{36})</Id>")
_PANE = re.compile(r'(="https://[^"?]*/index\.html)"')


class Unfit(Exception):
    """No manifest can be made for this CRM; the text says why and what to do."""


def address(given: str, config: Mapping[str, object]) -> str:
    """Return a CRM's address as the pane writes it. Raises Unfit for one that ``config.json`` does not allow."""
    with connector_importable():
        from connector.app.settings import settings_from
        from connector.errors import CrmAddressError
        from connector.vtenext.url import normalise
    try:
        crm = normalise(given)
    except CrmAddressError:
        raise Unfit(f"--crm has to look like https://crm.customer.example, not {given!r}.") from None
    settings = settings_from(config)
    if not settings.free_url and crm not in settings.crm_urls:
        raise Unfit(f"{crm} is not among 'crm_urls' of pane/config.json, and 'free_url' is false: add it there.")
    return crm


def for_crm(manifest: str, crm: str) -> str:
    """Return the manifest for the users of one CRM. The same address always has the same id."""
    [own] = _ID.findall(manifest)
    manifest = manifest.replace(f"<Id>{own}</Id>", f"<Id>{uuid.uuid5(uuid.UUID(own), crm)}</Id>")
    return _PANE.sub(rf'\1?{PARAMETER}={quote(crm, safe="")}"', manifest)


def file_name(crm: str) -> str:
    """Return what the manifest's file is called: ``manifest-crm.customer.example.xml``."""
    plain = re.sub(r"[^a-z0-9.]+", "-", crm.partition("://")[2].lower()).strip("-")
    return f"manifest-{plain}.xml"
