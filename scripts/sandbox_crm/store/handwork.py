"""What people do in a sandbox CRM besides its clients: an administrator, and users in the CRM's own pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .access import new_access_key
from .inspection import Inspection
from .modules import modules, own_field
from .storing import Storing


class Handwork(Inspection):
    """The part of `crm.SandboxCrm` that changes from outside; every method may be called from any thread."""

    storing: Storing

    def new_record(self, module: str, *, owner: str = "admin", **fields: str) -> str:
        """Store a record as its owner would by hand, unchecked, and return its id. References are ids."""
        with self.lock, self.store.transaction():
            known = modules()[module]
            values = self.records.values(self._user("admin"), known, fields)
            user = self._user(owner)
            return self.records.id(module, self.storing.add(known, values, user.number).number)

    def make_field(self, module: str, line: str) -> None:
        """Make a field of an administrator's own, written as in ``modules.txt``: ``cf_9 | Due | date | 5 | M``."""
        field = own_field(line)
        self.access.own_fields.setdefault(module, {})[field.name] = field

    def access_key(self, user: str) -> str:
        """Return the current access key of a user."""
        with self.lock:
            return self._account(user).access_key

    def renew_access_key(self, user: str) -> str:
        """Give the user a new access key, so that the old one answers 401, and return it."""
        key = new_access_key()
        self._change(user, access_key=key)
        return key

    def set_password(self, user: str, password: str) -> None:
        """Change the password; the access key stays, as in vtenext."""
        self._change(user, password=password)

    def deactivate(self, user: str, *, active: bool = False) -> None:
        """Deactivate the user (or activate again): neither password nor access key work any more."""
        self._change(user, active=active)

    def failed_sign_ins(self, user: str) -> int:
        """Return how often password or access key of this user were wrong, since the last reset of the count."""
        with self.lock:
            account = self.access.account(user)
            return self.store.all_failures(account.name if account else user)

    def is_locked(self, user: str, address: str = "127.0.0.1") -> bool:
        """Tell whether the user is locked at an address."""
        with self.lock:
            return self.access.locked(user, address)

    def unlock(self, user: str) -> None:
        """Do what an administrator does to unlock a user."""
        with self.lock:
            self.store.clear_failures(self._account(user).name)

    def store_by_hand(self, user: str, message_id: str, **fields: str) -> str:
        """Store a mail of a user as the CRM's own pages do, without any client; returns its id."""
        with self.lock:
            account = next(account for account in self.store.accounts() if account.name == user)
            values = {"messageid": message_id, "subject": "By hand", "mtype": "Link"} | fields
            row = self.storing.add(modules()["Messages"], values, account.number, f"by hand {message_id}")
            return self.records.id("Messages", row.number)

    def remove_by_hand(self, record: str) -> None:
        """Delete a record, as somebody does in the CRM's own pages."""
        with self.lock:
            row = self.store.row(int(record.partition("x")[2]))
            if row is None:
                raise LookupError(f"There is no record {record}.")
            row.deleted = True
            self.store.save(row)

    def convert(self, lead: str, *became: str) -> None:
        """Convert a lead into records that are there. The first of them gets its mails, too."""
        with self.lock:
            row = self.store.row(self._number(lead))
            if row is None or row.module != "Leads":
                raise LookupError(f"There is no lead {lead}.")
            row.fields["converted"] = " ".join(str(self._number(one)) for one in became)
            self.store.save(row)
            for message in self.store.messages_of(row.number):
                mail = self.store.row(message)
                self.store.relate_message((mail.hash if mail else "") or "", self._number(became[0]))

    def relate_by_hand(self, mail: str, record: str) -> None:
        """Put a stored mail into the Messages relationship of a record, as somebody does in the CRM's own pages."""
        with self.lock:
            row = self.store.row(int(mail.partition("x")[2]))
            if row is None or row.hash is None:
                raise LookupError(f"There is no mail {mail}.")
            self.store.relate_message(row.hash, int(record.partition("x")[2]))

    def unrelate_by_hand(self, mail: str, *records: str) -> None:
        """Take a stored mail out of the Messages relationship of records."""
        with self.lock:
            row = self.store.row(self._number(mail))
            for record in records:
                self.store.unrelate_message((row.hash if row else "") or "", self._number(record))

    def refuse(self, user: str, module: str, right: str = "access") -> None:
        """Take a right on a module from a user: ``access``, ``create``, ``edit`` or ``delete``."""
        with self.lock:
            self.access.refuse(user, module, right)

    def _change(self, user: str, **changes: Any) -> None:
        with self.lock:
            self.store.add_account(replace(self._account(user), **changes))
