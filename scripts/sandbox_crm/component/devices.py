"""Devices with their tokens, and authorization codes, as the component keeps them: hashes only."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..store.accounts import Account

TOKEN, CODE = "mct1_", "mcc1_"
CODE_LIFETIME = datetime.timedelta(seconds=60)
GRACE = datetime.timedelta(seconds=300)
"""How long the old token still works after a renewal."""
RENEWAL = datetime.timedelta(days=7)
NOTED_AGAIN = datetime.timedelta(minutes=5)


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def challenge_of(verifier: str) -> str:
    """Return the PKCE challenge (S256) of a verifier."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _successor(token: str, seed: str) -> str:
    """Return the token that follows another: always the same one."""
    digest = hmac.digest(seed.encode(), token.encode("utf-8", "surrogatepass"), "sha256")
    return TOKEN + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Device:
    """A device that somebody signed in on.

    ``created`` is the token's time, ``opened`` the sign-in's, ``used`` about the last use's; ``ends`` is when renewing
    stops; the marks tell a changed credential.
    """

    number: int
    user: str
    name: str
    token: str
    created: datetime.datetime
    expires: datetime.datetime
    ends: datetime.datetime
    lifetime: datetime.timedelta
    password_mark: str
    key_mark: str
    old_token: str = ""
    old_until: datetime.datetime | None = None
    code: str = ""
    revoked: bool = False
    opened: datetime.datetime = field(kw_only=True)
    used: datetime.datetime = field(kw_only=True)
    address: str = ""
    seed: str = ""
    is_old: bool = False
    is_spent: bool = False

    @property
    def renew_after(self) -> datetime.datetime:
        """From when on renewing is worth it: never, where the device has its longest time already."""
        if self.is_old:
            return self.created
        return (
            self.expires
            if self.expires >= self.ends
            else self.created + min(RENEWAL, (self.expires - self.created) / 2)
        )


@dataclass(frozen=True)
class Grant:
    """What an authorization code stands for."""

    user: str
    redirect: str
    challenge: str
    device: str
    stay: bool
    expires: datetime.datetime


class Devices:
    """All devices and codes of a component."""

    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self._clock = clock
        self._devices: dict[int, Device] = {}
        self._grants: dict[str, Grant] = {}
        self._spent: set[str] = set()
        self._followed: dict[str, int] = {}

    # -- devices

    def add(
        self,
        account: Account,
        name: str,
        lifetime: datetime.timedelta,
        longest: datetime.timedelta,
        code: str = "",
        address: str = "",
    ) -> tuple[Device, str]:
        """Sign a device in; returns it and its token."""
        token, now = TOKEN + secrets.token_urlsafe(32), self._clock()
        device = Device(
            number=len(self._devices) + 1,
            user=account.name,
            name=name[:100],
            token=hashed(token),
            created=now,
            expires=min(now + lifetime, now + longest),
            ends=now + longest,
            lifetime=lifetime,
            password_mark=hashed(account.password),
            key_mark=hashed(account.access_key),
            code=code,
            opened=now,
            used=now,
            address=address,
        )
        self._devices[device.number] = device
        return device, token

    def renew(self, number: int, presented: str) -> tuple[Device, str]:
        """Give a device a new token; whoever presents the old one again soon gets the same new one."""
        now, device, mark = self._clock(), self._devices[number], hashed(presented)
        if device.token == mark:
            seed = secrets.token_hex(32)
            device = self._devices[number] = replace(
                device,
                token=hashed(_successor(presented, seed)),
                seed=seed,
                created=now,
                expires=min(now + device.lifetime, device.ends),
                old_token=mark,
                old_until=min(now + GRACE, device.expires),
            )
            self._followed[mark] = number
        return device, _successor(presented, device.seed)

    def find(self, token: str) -> Device | None:
        """Return the device that has or had a token, a revoked or expired one too.

        The old token of a renewal has its own expiry for a while; a token that another has followed is ``is_spent``.
        """
        wanted = hashed(token)
        for device in self._devices.values():
            if device.token == wanted:
                return device
            if device.old_token == wanted and device.old_until is not None and device.old_until > self._clock():
                return replace(device, expires=device.old_until, is_old=True)
        followed = self._followed.get(wanted)
        return replace(self._devices[followed], is_spent=True) if followed is not None else None

    def was_signed_in(self, user: str, address: str) -> bool:
        """Tell whether a user has signed in at this address and was not revoked there."""
        return any(one.user == user and one.address == address and not one.revoked for one in self._devices.values())

    def note_use(self, device: Device) -> None:
        """Note that a device was used, at most every few minutes."""
        if self._clock() - device.used >= NOTED_AGAIN:
            stored = self._devices[device.number]
            self._devices[device.number] = replace(stored, used=self._clock())

    def revoke_one(self, number: int) -> None:
        """Revoke a device."""
        self._devices[number] = replace(self._devices[number], revoked=True)

    def revoke(self, user: str | None = None) -> None:
        """Revoke the devices of a user, or of all."""
        for device in self._of(user):
            self._devices[device.number] = replace(device, revoked=True)

    def expire(self, user: str | None = None) -> None:
        """Let the tokens of a user, or of all, be past their time."""
        past = self._clock() - datetime.timedelta(seconds=1)
        for device in self._of(user):
            self._devices[device.number] = replace(device, expires=past, old_until=past)

    def _of(self, user: str | None) -> list[Device]:
        return [device for device in self._devices.values() if user in {None, device.user}]

    def live(self) -> list[Device]:
        """Return the devices whose tokens work, oldest first."""
        now = self._clock()
        return [device for device in self._devices.values() if not device.revoked and device.expires > now]

    def secrets_kept(self) -> str:
        """Return all that is stored, as text, for a test that looks for secrets in it."""
        return repr((self._devices, self._grants, self._spent))

    # -- authorization codes

    def grant(self, grant: Grant) -> str:
        """Make a code for a grant."""
        code = CODE + secrets.token_urlsafe(32)
        self._grants[hashed(code)] = grant
        return code

    def new_grant(self, user: str, redirect: str, challenge: str, device: str, *, stay: bool) -> str:
        """Make a code that lives a minute."""
        return self.grant(Grant(user, redirect, challenge, device, stay, self._clock() + CODE_LIFETIME))

    def spend(self, code: str) -> Grant | None:
        """Take the grant of a code, which is thereby spent; a code that comes again revokes what it gave."""
        mark = hashed(code)
        if mark in self._spent:
            for device in self._devices.values():
                if device.code == mark:
                    self._devices[device.number] = replace(device, revoked=True)
            return None
        grant = self._grants.pop(mark, None)
        if grant is None:
            return None
        self._spent.add(mark)
        return grant if grant.expires > self._clock() else None
