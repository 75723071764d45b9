"""The sign-in that is kept, and the two things that the form remembers without it: the CRM and the user.

It stays on the device where the user wants that; otherwise until Outlook is closed, so that whoever closes the pane
need not sign in again. Only a token does: an access key never ends.
"""

from __future__ import annotations

from collections.abc import Callable

from connector.errors import Problem
from connector.ports import Kept, Store
from connector.vtenext.session import Session

LAST_URL, LAST_USER, KEEP = "crm-url", "user", "keep"
"""Names of preferences."""


async def load(store: Store, allowed: Callable[[Kept], bool]) -> Session | None:
    """Return the sign-in that was kept on this device; one that is not allowed any more is wiped."""
    if store.preference(KEEP) != "yes" and not store.sitting():
        # Nobody asked to stay signed in: the first screen need not wait for the device's database.
        return None
    kept = await store.load()
    if kept is None:
        return None
    if not allowed(kept):
        await store.wipe()
        return None
    return Session(kept.crm_url, kept.user, access_key=kept.access_key, token=kept.token)


async def keep(store: Store, session: Session, *, wanted: bool, keys: bool) -> Problem | None:
    """Keep a sign-in where the user wants that; returns why it was not kept all the same.

    ``keys``: an access key, which never ends, may be kept, too. What was kept before is wiped or replaced.
    """
    allowed = bool(session.token) or keys
    kept = wanted and allowed
    store.prefer(LAST_URL, session.crm_url)
    store.prefer(LAST_USER, session.user)
    store.prefer(KEEP, "yes" if kept else "")
    if not kept:
        if not (session.token and await replace(store, session)):
            await store.wipe()
        return Problem("access-key-not-kept") if wanted else None
    return None if await replace(store, session) else Problem("session-kept-failed")


async def replace(store: Store, session: Session) -> bool:
    """Keep this sign-in in the place of the kept one; false where this Outlook gives the pane no storage."""
    kept = Kept(session.crm_url, session.user, access_key=session.access_key, token=session.token)
    return await store.keep(kept, sitting=store.preference(KEEP) != "yes")


async def forget(store: Store) -> None:
    """Forget the sign-in, who it was and where, and that it was to be kept."""
    for name in (LAST_URL, LAST_USER, KEEP):
        store.prefer(name, "")
    await store.wipe()
