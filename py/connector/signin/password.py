"""Signing in by user name and password (stock vtenext: ``loginpwd``)."""

from __future__ import annotations

from connector.errors import AnswerUnreadable
from connector.ports import Transport
from connector.vtenext import wire
from connector.vtenext.exchange import exchange
from connector.vtenext.session import Session


async def sign_in(transport: Transport, crm_url: str, user: str, password: str) -> Session:
    """Exchange the password for the user's access key; the password is kept nowhere.

    ``crm_url`` is normalised (`connector.vtenext.url.normalise`). Raises `SignInRefused` for a wrong
    password as well as for a locked user: vtenext answers the same to both.
    """
    request = wire.request(crm_url, "loginpwd", {"username": user, "password": password}, credentials=None)
    data = await exchange(transport, crm_url, request, "loginpwd")
    if not isinstance(data, list) or not data or not isinstance(data[0], str) or not data[0]:
        raise AnswerUnreadable(reason="loginpwd")
    return Session(crm_url, user, access_key=data[0])
