"""Another mail is selected beside an open pane: it stands there at once, and its records after one question."""

from __future__ import annotations

import pytest

from connector.app.state import State
from contract.both import stock_pane, stock_server
from contract.office import sample
from contract.sitting import Sitting

__all__ = ["stock_pane", "stock_server"]
FIND = "mailconnectorfind"


@pytest.fixture
def at(stock_pane: Sitting) -> Sitting:
    """Signed in by the component."""
    stock_pane.crm.install_component()
    stock_pane.select(sample("plain-ascii"))
    stock_pane.sign_in()
    stock_pane.transport.requests.clear()
    return stock_pane


def operations(at: Sitting) -> list[str]:
    return [one.url.rpartition("/")[2] for one in at.transport.requests]


def test_it_is_shown_before_anything_is_asked_and_its_records_after_one_question(at: Sitting) -> None:
    mail = sample("related-inline-images")
    seen: list[tuple[str, bool, list[str]]] = []

    def look(state: State) -> None:
        seen.append((state.mail.subject if state.mail else "", bool(state.suggestions), operations(at)))

    at.watch = look
    at.select(mail)
    assert seen[0] == (mail.subject, False, [])
    assert next(asked for _, records, asked in seen if records) == [FIND]
    assert len(operations(at)) > 1, "what nobody waits for comes later"
