"""WebAssembly's binary format, as far as the boot set needs it: sections, numbers, names, imports, exports and data.

Source: WebAssembly core specification, binary format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

IMPORTS, EXPORTS, ELEMENTS, DATA = 2, 7, 9, 11
"""Numbers of sections."""
FUNCTION, TABLE, MEMORY, GLOBAL, TAG = range(5)
"""Kinds of what is imported and exported."""
_HEAD = b"\0asm\1\0\0\0"
_I32_CONST, _END = 0x41, 0x0B
_T = TypeVar("_T")


class NotUnderstood(ValueError):
    """The wasm file has something that these modules do not know."""


@dataclass(frozen=True)
class Section:
    """A section: its number, where it begins (its number's byte), where its content begins, and where both end."""

    number: int
    head: int
    start: int
    end: int


def sections(wasm: bytes) -> list[Section]:
    """Return all sections, in order. Raises NotUnderstood when this is no WebAssembly file."""
    if wasm[: len(_HEAD)] != _HEAD:
        raise NotUnderstood("not a WebAssembly file")
    found, place = [], len(_HEAD)
    while place < len(wasm):
        length, start = unsigned(wasm, place + 1)
        found.append(Section(wasm[place], place, start, start + length))
        place = start + length
    return found


def unsigned(data: bytes, place: int) -> tuple[int, int]:
    """Read an unsigned number; return it and the place after it."""
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place


def signed(data: bytes, place: int) -> tuple[int, int]:
    """Read a signed number; return it and the place after it."""
    value, after = unsigned(data, place)
    bits = 7 * (after - place)
    return (value - (1 << bits) if value >> (bits - 1) else value), after


def number(value: int) -> bytes:
    """Return an unsigned number as it is written."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def _name(data: bytes, place: int) -> tuple[str, int]:
    length, place = unsigned(data, place)
    return data[place : place + length].decode(), place + length


def _entries(wasm: bytes, section_number: int, read: Callable[[int], tuple[_T, int]], wrong: str) -> Iterator[_T]:
    """Yield what ``read`` makes of each entry of a section; it gets an entry's place, and tells the one after it.

    ``wrong`` is what to say where they end before the section does, or behind it. Raises NotUnderstood.
    """
    for section in sections(wasm):
        if section.number != section_number:
            continue
        count, place = unsigned(wasm, section.start)
        for _ in range(count):
            entry, place = read(place)
            yield entry
        if place != section.end:
            raise NotUnderstood(wrong)


def imports(wasm: bytes) -> Iterator[tuple[str, str]]:
    """Yield module and name of each import. Raises NotUnderstood."""

    def read(place: int) -> tuple[tuple[str, str], int]:
        module, place = _name(wasm, place)
        name, place = _name(wasm, place)
        return (module, name), _after_type(wasm, place)

    return _entries(wasm, IMPORTS, read, "the imports have another length")


def _after_type(wasm: bytes, place: int) -> int:
    kind, place = wasm[place], place + 1
    if kind == FUNCTION:
        return unsigned(wasm, place)[1]
    if kind in (TABLE, MEMORY):
        place += kind == TABLE
        bounded = wasm[place] & 1
        place = unsigned(wasm, place + 1)[1]
        return unsigned(wasm, place)[1] if bounded else place
    if kind == GLOBAL:
        return place + 2
    if kind == TAG:
        return unsigned(wasm, place + 1)[1]
    raise NotUnderstood(f"an import of kind {kind}")


@dataclass(frozen=True)
class Export:
    """An export: its name and kind, its number among its kind, and the bytes that say so."""

    name: str
    kind: int
    number: int
    written: bytes


def exports(wasm: bytes) -> list[Export]:
    """Return all exports, in order. Raises NotUnderstood."""

    def read(begin: int) -> tuple[Export, int]:
        name, place = _name(wasm, begin)
        index, end = unsigned(wasm, place + 1)
        return Export(name, wasm[place], index, wasm[begin:end]), end

    return list(_entries(wasm, EXPORTS, read, "the exports have another length"))


def exporting(wasm: bytes, kept: list[Export]) -> bytes:
    """Return the file with these exports alone."""
    body = number(len(kept)) + b"".join(export.written for export in kept)
    parts = [_HEAD]
    for section in sections(wasm):
        if section.number == EXPORTS:
            parts += [bytes([EXPORTS]), number(len(body)), body]
        else:
            parts.append(wasm[section.head : section.end])
    return b"".join(parts)


@dataclass(frozen=True)
class Segment:
    """Data that an instance begins with: its address in the memory, and where its bytes stand in the file."""

    address: int
    start: int
    end: int


def segments(wasm: bytes) -> Iterator[Segment]:
    """Yield the data's segments. Raises NotUnderstood."""

    def read(place: int) -> tuple[Segment, int]:
        address, place = _fixed(wasm, place, "a data segment")
        length, start = unsigned(wasm, place)
        return Segment(address, start, start + length), start + length

    return _entries(wasm, DATA, read, "the data section has another length")


def table(wasm: bytes) -> dict[int, int]:
    """Return for each function in the file's table, by its number, the last place there. Raises NotUnderstood."""

    def read(place: int) -> tuple[list[tuple[int, int]], int]:
        first, place = _fixed(wasm, place, "a part of the table")
        length, place = unsigned(wasm, place)
        part = []
        for slot in range(first, first + length):
            function, place = unsigned(wasm, place)
            part.append((function, slot))
        return part, place

    return dict(chain.from_iterable(_entries(wasm, ELEMENTS, read, "the table has another length")))


def _fixed(wasm: bytes, place: int, what: str) -> tuple[int, int]:
    """Read where something of the only memory or table is put; return that and the place after it."""
    flags, place = unsigned(wasm, place)
    if flags != 0 or wasm[place] != _I32_CONST:
        raise NotUnderstood(f"{what} is not at a fixed place")
    address, place = signed(wasm, place + 1)
    if wasm[place] != _END:
        raise NotUnderstood(f"{what} has a computed place")
    return address, place + 1


def emptied(wasm: bytes, parts: Iterable[tuple[int, int]]) -> bytes:
    """Return the file with zeros for data at these addresses in the memory, each a start and an end.

    Raises NotUnderstood.
    """
    parts = sorted(parts)
    written = bytearray(wasm)
    for segment in segments(wasm):
        length = segment.end - segment.start
        for first, last in parts:
            begin, end = max(first - segment.address, 0), min(last - segment.address, length)
            if begin < end:
                written[segment.start + begin : segment.start + end] = bytes(end - begin)
    return bytes(written)
