"""The picture of a memory, written without what the browser has anyway.

A WebAssembly instance begins with the data of its own file and with zeros. The sparse picture holds only
the blocks that differ from that, and those that the instance's constructors write to before the picture is put in place
(with other lengths on other machines: environment variables live there).

Format, numbers little-endian, 32 bits: ``MCS1``, bytes of the whole memory, length of the state, number of
runs; the runs, each an offset and a length; the state (JSON, padded with spaces to 4 bytes); the runs' bytes, one
after the other. Read by ``pane/boot.js``.
"""

from __future__ import annotations

import struct

from workshop.snapshot.wasm import NotUnderstood, segments

BLOCK = 256
MARGIN = 4096
"""Bytes around a place that the constructors write to which are part of the picture as well."""
MAGIC = b"MCS1"


def initial_memory(wasm: bytes, size: int) -> bytearray:
    """Return the first ``size`` bytes of memory as the file's active data segments make them.

    Source: WebAssembly core specification, binary format, data section. Raises NotUnderstood.
    """
    memory = bytearray(size)
    for segment in segments(wasm):
        memory[segment.address : segment.address + segment.end - segment.start] = wasm[segment.start : segment.end]
    if len(memory) != size:
        raise NotUnderstood("the data goes beyond the memory")
    return memory


def runs(memory: bytes, wasm: bytes, fresh: bytes) -> list[tuple[int, int]]:
    """Return start and end of the parts of ``memory`` that a fresh instance does not have.

    ``fresh``: the memory of an instance after its constructors, before anything ran in it.
    """
    begin = initial_memory(wasm, len(memory))
    wanted = set(_different(memory, begin))
    reach = range(-(MARGIN // BLOCK), MARGIN // BLOCK + 1)
    length = len(memory) // BLOCK
    for block in _different(fresh, begin[: len(fresh)]):
        wanted |= {block + step for step in reach if 0 <= block + step < length}
    found: list[tuple[int, int]] = []
    for block in sorted(wanted):
        start = block * BLOCK
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], start + BLOCK)
        else:
            found.append((start, start + BLOCK))
    return found


def _different(one: bytes, other: bytes | bytearray) -> list[int]:
    """Return the numbers of the blocks that are not the same; in two steps, as most are."""
    found = []
    stride = BLOCK * 256
    for part in range(0, len(one), stride):
        if one[part : part + stride] != other[part : part + stride]:
            found += [
                start // BLOCK
                for start in range(part, min(part + stride, len(one)), BLOCK)
                if one[start : start + BLOCK] != other[start : start + BLOCK]
            ]
    return found


def written(memory: bytes, state: bytes, wasm: bytes, fresh: bytes) -> bytes:
    """Return the sparse picture of ``memory``; ``state`` is Pyodide's JSON that goes with it."""
    parts = runs(memory, wasm, fresh)
    state += b" " * (-len(state) % 4)
    head = MAGIC + struct.pack("<III", len(memory), len(state), len(parts))
    table = b"".join(struct.pack("<II", start, end - start) for start, end in parts)
    return b"".join([head, table, state, *(memory[start:end] for start, end in parts)])
