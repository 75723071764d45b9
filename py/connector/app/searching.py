"""Searching records by hand."""

from __future__ import annotations

from collections.abc import Callable

from connector.app import events as e
from connector.app.state import State
from connector.errors import ConnectorError, Problem, SignInNeeded
from connector.ports import Clock
from connector.vtenext.crm import Crm

PAUSE = 0.18
"""Seconds without a key before a search starts by itself."""


async def search_soon(state: Callable[[], State], clock: Clock, dispatch: Callable[[e.Event], None]) -> None:
    """Search when the typing pauses, for more than a letter."""
    await clock.sleep(PAUSE)
    if len(state().search.text.strip()) > 1:
        dispatch(e.SearchAsked())


async def search(crm: Crm | None, state: State, dispatch: Callable[[e.Event], None]) -> None:
    """Search for what is typed now, in the chosen module or everywhere."""
    text, module = state.search.text.strip(), state.search.module
    if crm is None or not text:
        return
    try:
        if not state.modules:
            dispatch(e.ModulesCame(await crm.modules(), state.file_limit))
        async for sought in crm.search(text, module):
            dispatch(e.SearchCame(text, module, sought))
    except SignInNeeded:
        raise
    except ConnectorError as error:
        dispatch(e.SearchFailed(text, module, Problem(error.code, error.details)))
