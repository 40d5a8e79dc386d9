"""Modbus: what is asked of machines, and what they answer (Modbus Application Protocol Specification 1.1b3, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sharky.rules.filters.applications.scan import Line, Scan, text_of

COILS, INPUTS, HOLDING, INPUT_REGISTERS, COIL, REGISTER, STATUS, DIAGNOSTICS = range(1, 9)
MANY_COILS, MANY_REGISTERS, WHO, MASKED, BOTH, IDENTITY = 15, 16, 17, 22, 23, 43
BITS, REGISTERS = (COILS, INPUTS), (HOLDING, INPUT_REGISTERS)
REFUSES, EVERY_REGISTER = 0x80, 0xFFFF
ECHO, READ_IDENTITY = 0, 14
TO_THE_END = ("data", "echo", "to_echo")
"""What reaches to the end of a message, and is not known where that was not captured."""


class Asked(NamedTuple):
    """A question: the number of its packet, its time, and from which bit or register on how many are wanted."""

    number: int
    time_ns: int
    first: int
    wanted: int


def read_question(function: int, scan: Scan) -> Iterator[Line]:
    """Yield what is asked with a function."""
    if function in (*BITS, *REGISTERS):
        yield _first(scan)
        yield _count(function, scan)
    elif function in (MANY_COILS, MANY_REGISTERS):
        first = _first(scan)
        yield first
        yield _count(function, scan)
        yield _size(scan)
        yield from _registers(scan, int(first.value)) if function == MANY_REGISTERS else _data(scan)
    elif function == BOTH:
        for line in ("read_reference_num", "read_word_cnt", "write_reference_num", "write_word_cnt"):
            yield Line(line, scan.number(2))
        yield _size(scan)
        yield from _data(scan)
    elif function == IDENTITY:
        yield from (Line(line, scan.number(1)) for line in ("mei", "read_device_id", "object_id"))
    else:
        yield from _alike(function, scan, is_answer=False)


def read_answer(function: int, scan: Scan, asked: Asked | None) -> Iterator[Line]:
    """Yield what is answered, to a question if it is known."""
    if function & REFUSES:
        yield Line("exception_code", scan.number(1))
    elif function in (*BITS, *REGISTERS):
        size = _size(scan)
        yield size
        content, first = scan.within(int(size.value)), asked.first if asked else 0
        most = asked.wanted if asked else len(content.octets) * 8
        yield from _bits(content, first, most) if function in BITS else _registers(content, first)
    elif function in (MANY_COILS, MANY_REGISTERS):
        yield _first(scan)
        yield _count(function, scan)
    elif function == BOTH:
        yield _size(scan)
        yield from _data(scan)
    elif function in (STATUS, WHO):
        yield from _data(scan)
    elif function == IDENTITY:
        yield from _identity(scan)
    else:
        yield from _alike(function, scan, is_answer=True)


def _first(scan: Scan) -> Line:
    return Line("reference_num", scan.number(2))


def _count(function: int, scan: Scan) -> Line:
    return Line("bit_cnt" if function in (*BITS, MANY_COILS) else "word_cnt", scan.number(2))


def _size(scan: Scan) -> Line:
    return Line("byte_cnt", scan.number(1))


def _data(scan: Scan) -> Iterator[Line]:
    if scan.left:
        yield Line("data", scan.rest())


def _alike(function: int, scan: Scan, *, is_answer: bool) -> Iterator[Line]:
    """Yield what questions and answers say alike."""
    if function in (COIL, REGISTER):
        yield _first(scan)
        octets = scan.take(2)
        yield Line("data", octets)
        if function == COIL:
            yield Line("padding", octets[1])
    elif function == MASKED:
        yield _first(scan)
        yield from (Line(line, scan.number(2)) for line in ("and_mask", "or_mask"))
    elif function == DIAGNOSTICS:
        code = scan.number(2)
        yield Line("diagnostic_code", code)
        if code == ECHO:
            yield Line("echo" if is_answer else "to_echo", scan.rest())


def _registers(scan: Scan, first: int) -> Iterator[Line]:
    while scan.left >= 2:
        yield from (Line("regnum16", first & EVERY_REGISTER), Line("regval_uint16", scan.number(2)))
        first += 1


def _bits(scan: Scan, first: int, most: int) -> Iterator[Line]:
    for number in range(min(most, len(scan.octets) * 8)):
        bit = scan.octets[number // 8] >> number % 8 & 1
        yield from (Line("bitnum", first + number & EVERY_REGISTER), Line("bitval", bit))


def _identity(scan: Scan) -> Iterator[Line]:
    """Yield what a machine says of itself: who made it, and what it is."""
    kind = scan.number(1)
    yield Line("mei", kind)
    if kind != READ_IDENTITY:
        return
    yield from (Line(line, scan.number(1)) for line in ("read_device_id", "conformity_level", "more_follows", "next_object_id"))
    count = scan.number(1)
    yield Line("num_objects", count)
    for _ in range(count):
        yield Line("object_id", scan.number(1))
        size = scan.number(1)
        yield Line("objects_len", size)
        yield Line("object_str_value", text_of(scan.take(size)))
