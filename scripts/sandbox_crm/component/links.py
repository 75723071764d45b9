"""What the component remembers of links, so that they can be taken back: what they stored and what they related."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

WANTED = -1


@dataclass(frozen=True)
class Note:
    """A link of ``user`` stored ``source`` (``record`` is 0) or related it to ``record``. ``place`` is a file's.

    With the place `WANTED` the relation stood there already: it is not that link's, and it may need it.
    """

    source: int
    record: int
    user: int
    place: int = 0


class Links:
    """The notes of one component."""

    def __init__(self) -> None:
        self._notes: dict[tuple[int, int], Note] = {}

    def note(self, note: Note) -> None:
        """Remember something; what is noted already stays as it is, but for what was only wanted."""
        before = self._notes.get((note.source, note.record))
        if before is None or before.place == WANTED:
            self._notes[note.source, note.record] = note

    def of(self, sources: Iterable[int]) -> list[Note]:
        """Return what was noted of mails and Documents, but what was only wanted."""
        those = set(sources)
        return [note for note in self._notes.values() if note.source in those and note.place != WANTED]

    def is_wanted(self, sources: Iterable[int], record: int) -> bool:
        """Return whether a link has made or wanted the relation of one of these mails to a record."""
        return any((source, record) in self._notes for source in sources)

    def hand_over(self, sources: Iterable[int], record: int) -> None:
        """Make a relation of these mails that was only wanted their links' own: what has made it is taken back."""
        for key in [(source, record) for source in sources]:
            if key in self._notes and self._notes[key].place == WANTED:
                self._notes[key] = replace(self._notes[key], place=0)

    def forget(self, source: int, record: int | None = None) -> None:
        """Forget all of a source, or its relation to one record."""
        for key in [key for key in self._notes if key[0] == source and record in {None, key[1]}]:
            del self._notes[key]
