"""What the component remembers of links, so that they can be taken back: what they stored and what they related."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """A link of ``user`` stored ``source`` (``record`` is 0) or related it to ``record``. ``place`` is a file's."""

    source: int
    record: int
    user: int
    place: int = 0


class Links:
    """The notes of one component."""

    def __init__(self) -> None:
        self._notes: dict[tuple[int, int], Note] = {}

    def note(self, note: Note) -> None:
        """Remember something; what is noted already stays as it is."""
        self._notes.setdefault((note.source, note.record), note)

    def of(self, sources: Iterable[int]) -> list[Note]:
        """Return what was noted of mails and Documents."""
        wanted = set(sources)
        return [note for note in self._notes.values() if note.source in wanted]

    def forget(self, source: int, record: int | None = None) -> None:
        """Forget all of a source, or its relation to one record."""
        for key in [key for key in self._notes if key[0] == source and record in {None, key[1]}]:
            del self._notes[key]
