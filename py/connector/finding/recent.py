"""Which records the user chose lately for a correspondent: ids only, kept in the mailbox's own settings.

    kept = Recent.read(text, owner_of(crm_url, user))
    kept.of(["mary.smith@northwind.example"])           # {"9x62": "HelpDesk", "4x39": "Contacts"}
    text = kept.chosen(["mary.smith@northwind.example"], {"9x62": "HelpDesk"}).text

No name and no address stands there in clear: people go by digests that hold for one CRM and user alone. The names of
records come from the CRM, each time that it confirms that the user may still see them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.finding.records import is_name, is_record_id

VERSION = 1
MOST_CORRESPONDENTS = 150
MOST_RECORDS = 4
"""Of one correspondent."""
MOST_ASKED = 8
"""Ids that one question to the CRM names."""
LONGEST = 12_000
"""Characters of all that is kept; a mailbox has 32 KB for everything of an add-in."""
DIGITS = 12
"""Characters of a digest."""


def owner_of(crm_url: str, user: str) -> str:
    """Return what distinguishes this user of this CRM from others."""
    return _digest(f"{crm_url}\n{user}")


@dataclass(frozen=True)
class Recent:
    """What was chosen, by correspondents, the last one first; each has the last record first.

    ``modules`` are the names of the modules of these ids, by the part of an id before the ``x``.
    """

    owner: str
    entries: tuple[tuple[str, tuple[str, ...]], ...] = ()
    modules: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, owner: str) -> Recent:
        """Read what is kept; nothing where it is somebody else's, or not of this form."""
        try:
            kept = json.loads(text) if text and len(text) <= LONGEST else None
        except (ValueError, RecursionError):
            kept = None
        if not isinstance(kept, dict) or kept.get("v") != VERSION or kept.get("for") != owner:
            return cls(owner)
        modules = kept.get("modules")
        named = modules.items() if isinstance(modules, dict) else ()
        return cls(owner, tuple(_entries(kept.get("list"))), {key: name for key, name in named if is_name(name)})

    @property
    def text(self) -> str:
        """What is to be kept; empty where there is nothing."""
        if not self.entries:
            return ""
        entries = list(self.entries)
        while len(text := self._written(entries)) > LONGEST:
            entries.pop()
        return text

    def _written(self, entries: Sequence[tuple[str, tuple[str, ...]]]) -> str:
        used = {id_.partition("x")[0] for _, ids in entries for id_ in ids}
        modules = {key: name for key, name in self.modules.items() if key in used}
        content = {"v": VERSION, "for": self.owner, "list": entries, "modules": modules}
        return json.dumps(content, separators=(",", ":"))

    def of(self, addresses: Iterable[str]) -> Mapping[str, str]:
        """Return the records of these correspondents with their modules, those of the first one first."""
        known = dict(self.entries)
        found = dict.fromkeys(id_ for address in addresses for id_ in known.get(self._name(address), ()))
        return {id_: self.modules.get(id_.partition("x")[0], "") for id_ in tuple(found)[:MOST_ASKED]}

    def chosen(self, addresses: Sequence[str], records: Mapping[str, str]) -> Recent:
        """Return this with records (modules by id) that were chosen for correspondents just now."""
        entries = dict(self.entries)
        for name in [self._name(address) for address in reversed(addresses)]:
            earlier = entries.pop(name, ())
            ids = tuple(dict.fromkeys((*records, *earlier)))[:MOST_RECORDS]
            entries = {name: ids, **entries}
        listed = tuple(entries.items())[:MOST_CORRESPONDENTS]
        named = {id_.partition("x")[0]: module for id_, module in records.items()}
        return Recent(self.owner, listed, {**self.modules, **named})

    def _name(self, address: str) -> str:
        return _digest(f"{self.owner}\n{address.strip().casefold()}")


def _entries(kept: Any) -> Iterable[tuple[str, tuple[str, ...]]]:
    for entry in kept[:MOST_CORRESPONDENTS] if isinstance(kept, list) else ():
        if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[0], str):
            continue
        ids = tuple(one for one in entry[1] if is_record_id(one)) if isinstance(entry[1], list) else ()
        if ids:
            yield entry[0], ids[:MOST_RECORDS]


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")[:DIGITS]
