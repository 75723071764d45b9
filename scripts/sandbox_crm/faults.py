"""Scripted faults: what can go wrong between a client and its CRM, one call at a time.

crm.faults.add(Fault("create", kind="reset", module="Messages", when="after"))
"""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

KINDS = {
    "never_answers": "the answer never comes, until the faults are released or the client goes away",
    "reset": "the TCP connection is reset: after `after_bytes` of the body, of the answer if handled (0: without any"
    " answer), else of the request",
    "error_500": "500 as a WebServiceException",
    "fatal_500": "500 in the shape of a PHP fatal error",
    "permission_500": "500 that blames missing permission",
    "unauthorized_401": "401 as for a key that is no longer right (not counted as a failed sign-in)",
    "too_large_413": "413 of a proxy, an HTML page without CORS headers",
    "maintenance_503": "503 of a proxy, an HTML page without CORS headers",
    "maintenance_500": "500 of the CRM itself in maintenance mode, empty and without CORS headers (quirk: for good)",
    "database_away": "400 RouteNotFoundException, as for an operation that is not there (quirk: for good)",
    "noise_before": "the right answer behind what PHP prints where it shows its warnings",
    "noise_behind": "the right answer, and such things behind it",
    "noise_around": "both",
    "empty_json": "200 with an empty body",
    "truncated_json": "200 with JSON that ends in the middle (after `after_bytes`, or halfway)",
    "html": "200 with an HTML page instead of JSON",
    "other_data": "200 with `data` in the place of what the CRM has to say",
    "moved_307": "307 to the address in `data`, with CORS headers: a browser sends the whole request there",
    "slow": "the right answer, `delay` seconds late",
    "preflight_refused": "the preflight of this operation is answered without CORS headers",
}


@dataclass(frozen=True)
class Fault:
    """One scripted fault.

    operation: the REST operation, or ``*`` for any. module: only calls that name this module (None: any).
    kind: one of `KINDS`. when: ``before`` the CRM handles the call (which then never happens, but for
    ``slow`` and noise), or ``after`` it has. times: how many calls it strikes. after_bytes: see `KINDS`; with
    ``before`` it makes ``reset`` and ``never_answers`` strike while the request is still coming in.
    delay: seconds, for ``slow``. data: what JSON can say, for ``other_data``; an address, for ``moved_307``.
    """

    operation: str
    kind: str
    module: str | None = None
    when: str = "before"
    times: int = 1
    after_bytes: int | None = None
    delay: float = 0.0
    data: Any = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind!r}. Known: {', '.join(KINDS)}.")
        if self.when not in {"before", "after"}:
            raise ValueError(f"A fault strikes before or after, not {self.when!r}.")
        if self.times < 1 or self.delay < 0 or (self.after_bytes is not None and self.after_bytes < 0):
            raise ValueError("times must be positive; delay and after_bytes must not be negative.")

    @property
    def strikes_upload(self) -> bool:
        """Whether it strikes while the request body is still coming in."""
        return self.when == "before" and self.after_bytes is not None and self.kind in {"reset", "never_answers"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fault:
        """Make a fault from the JSON of the control path; raises ValueError for what it does not take."""
        unknown = set(data) - {field.name for field in dataclasses.fields(cls)}
        if unknown:
            raise ValueError(f"A fault has no {', '.join(sorted(unknown))}.")
        try:
            return cls(**data)
        except TypeError as error:
            raise ValueError(f"That is no fault: {error}.") from None


class Faults:
    """The faults that wait for their calls. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, int]] = []
        self._struck: list[Fault] = []
        self._generation = 0
        self._numbers = itertools.count(1)
        self._held: dict[int, int] = {}

    def add(self, *faults: Fault) -> None:
        """Let these faults wait for their calls; the first that fits a call strikes it."""
        with self._lock:
            self._waiting += [(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        """Remove all waiting faults and let calls that never answer end."""
        with self._lock:
            self._waiting.clear()
            self._struck.clear()
            self._generation += 1

    def release(self) -> None:
        """Let the calls end that never answer: their connections are closed."""
        with self._lock:
            self._generation += 1

    @contextmanager
    def holding(self, port: int) -> Iterator[None]:
        """Note, for as long as it lasts, that a call from this port of the client's is kept waiting for good."""
        number = next(self._numbers)
        with self._lock:
            self._held[number] = port
        try:
            yield
        finally:
            with self._lock:
                del self._held[number]

    @property
    def held(self) -> dict[int, int]:
        """The calls that are kept waiting for good: a number that no other call ever has, and the client's port.

        A test tells by that when it is time for a client's time-out, without a clock.
        """
        with self._lock:
            return dict(self._held)

    @property
    def generation(self) -> int:
        """A number that changes when faults are released."""
        return self._generation

    @property
    def waiting(self) -> list[Fault]:
        """The faults that have not struck as often as they may, each with the ``times`` that are left."""
        with self._lock:
            return [dataclasses.replace(fault, times=left) for fault, left in self._waiting]

    @property
    def struck(self) -> list[Fault]:
        """The faults that did strike, in order."""
        with self._lock:
            return list(self._struck)

    def bytes_to_watch(self, operation: str) -> int | None:
        """Return how much of the request must have come before a fault may strike the upload (None: no such fault)."""
        with self._lock:
            lengths = [
                fault.after_bytes or 0
                for fault, _ in self._waiting
                if fault.strikes_upload and fault.operation in {operation, "*"}
            ]
        return min(lengths, default=None)

    def take(
        self, operation: str, module: str | None, *, upload: bool = False, preflight: bool = False
    ) -> Fault | None:
        """Return the fault that strikes this call, and count it as having struck."""
        with self._lock:
            for position, (fault, left) in enumerate(self._waiting):
                if (
                    fault.operation in {operation, "*"}
                    and fault.module in {None, module}
                    and fault.strikes_upload == upload
                    and (fault.kind == "preflight_refused") == preflight
                ):
                    self._waiting[position : position + 1] = [(fault, left - 1)] if left > 1 else []
                    self._struck.append(fault)
                    return fault
        return None
