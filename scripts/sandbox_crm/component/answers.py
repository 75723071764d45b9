"""The envelope in which the component answers: HTTP 200, with a result or with a code."""

from __future__ import annotations

from typing import Any

from ..errors import Refusal

CONTRACT = 1


class ComponentRefusal(Refusal):
    """The component says no. ``details`` is what the contract lists for the code."""

    status = 200

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.details = details

    def body(self) -> dict[str, Any]:
        """Return the answer in the component's envelope."""
        data = {"contract": CONTRACT, "ok": False, "code": self.code, "message": self.message, "details": self.details}
        return {"status": 200, "data": data}


def answer(result: Any) -> dict[str, Any]:
    """Return a result in the component's envelope."""
    return {"contract": CONTRACT, "ok": True, "result": result}
