"""What the CRM answers when it does not do what was asked.

Refusal                      every failure answer of the REST API
├── WebServiceError          500: the CRM says no, and why
├── InvalidLogin             401: the credentials of this call are not accepted
├── RouteNotFound            400: there is no such operation
└── PhpFatal                 500: PHP died, in a shape of its own
"""

from __future__ import annotations

from typing import Any

DENIED = "Permission to perform the operation is denied"
READ_DENIED = "Permission to read given object is denied"
WRITE_DENIED = "Permission to write is denied"
DELETE_DENIED = "Permission to delete is denied"
NOT_FOUND = "Record you are trying to access is not found"
INVALID_ID = "Id specified is incorrect"
WRONG_PASSWORD = "Invalid username or password"  # noqa: S105 - the CRM's own text, no secret
NO_USER = "Authentication failed - reason: no username supplied"
NO_PASSWORD = "Authentication failed - reason: no password supplied"  # noqa: S105 - the same
WRONG_KEY = "Authentication failed - reason: incorrect username and password combination"


class Refusal(Exception):
    """A failure answer: its HTTP status and its JSON body."""

    status = 500
    error: str = "WebServiceException"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def body(self) -> dict[str, Any]:
        """Return the JSON body as the CRM writes it."""
        return {"status": self.status, "error": self.error, "message": self.message}


class WebServiceError(Refusal):
    """The CRM refuses the operation; the text is all that tells why."""


class InvalidLogin(Refusal):
    """The Basic credentials are missing, wrong, or of a user who is locked."""

    status = 401
    error = "InvalidLoginException"


class RouteNotFound(Refusal):
    """There is no such operation, or the method is not POST."""

    status = 400
    error = "RouteNotFoundException"

    def __init__(self, operation: str) -> None:
        super().__init__(f"There is no route for '{operation}'.")


class PhpFatal(Refusal):
    """PHP stopped in the middle of the operation."""

    def __init__(self, message: str, file: str) -> None:
        super().__init__(message)
        self.file = file

    def body(self) -> dict[str, Any]:
        """Return the body that the CRM's last-resort handler writes: other keys than all other failures."""
        return {"status": self.status, "success": False, "error": 0, "message": self.message, "file": self.file}
