"""The table of signatures is what it says it is."""

from __future__ import annotations

import pytest

from sharky.identify.checks import CHECKS
from sharky.identify.services_octets import telling
from sharky.identify.signatures import compile_octets, parse_signatures, signatures

HEADER = "protocol,transport,ports,offset,octets,least,most,check,hold,then\n"


def test_every_check_that_the_table_names_exists_and_every_check_is_used() -> None:
    assert {signature.check for signature in (*signatures(), *telling())} - {""} == set(CHECKS)


def test_a_signature_that_reaches_beyond_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the window"):
        parse_signatures(HEADER + "ssh,tcp,,30,'SSH-',,,,flow,")


def test_octets_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="neither octet nor quoted text"):
        compile_octets("16 0z")


def test_a_row_keeps_all_that_it_says() -> None:
    (signature,) = parse_signatures(HEADER + "http,tcp,80 8080,0,'HTTP/1.1 101',12,100,,open,websocket")
    assert (signature.protocol, signature.transport, signature.ports, signature.then) == ("http", 6, (80, 8080), "websocket")
    assert (signature.captured, signature.least, signature.most, signature.hold) == (12, 12, 100, "open")
