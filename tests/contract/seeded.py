"""Records of the sandbox's seed for tests with a `Sitting` named ``at``: import the fixtures by name."""

from __future__ import annotations

import pytest

from connector.finding.records import Record
from contract.office import seed_record
from contract.sitting import Sitting


@pytest.fixture
def mary(at: Sitting) -> Record:
    return seed_record(at.crm, "Contacts", firstname="Mary", lastname="Smith")


@pytest.fixture
def company(at: Sitting) -> Record:
    return seed_record(at.crm, "Accounts", accountname="Northwind Traders")
