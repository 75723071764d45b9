"""Other sides of a mail that were settled by hand."""

from __future__ import annotations

from connector.finding.otherside import OtherSide
from connector.finding.person import Person, Role, Why
from connector.mail.address import Address


def side(*people: Address) -> OtherSide:
    """A mail is with these people, who wrote it."""
    return OtherSide(tuple(Person(one, Role.FROM, Why.WROTE) for one in people))
