"""Computers that log in over HTTP held against tshark: messages that scapy writes, bare and within SPNEGO, to servers and to proxies."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.layers.ntlm import NTLM_AUTHENTICATE_V2, NTLM_CHALLENGE, NTLM_NEGOTIATE, NTLMv2_RESPONSE
from scapy.layers.spnego import GSSAPI_BLOB, SPNEGO_MechType, SPNEGO_negToken, SPNEGO_negTokenInit, SPNEGO_Token
from scapy.utils import wrpcap

from sharky.capture import open_captures
from sharky.pipeline.reading import Reading

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

UNICODE, OEM = "NEGOTIATE_UNICODE", "NEGOTIATE_OEM"
NTLM = SPNEGO_MechType(oid="1.3.6.1.4.1.311.2.2.10")


def third_message(name: str, flag: str = UNICODE) -> bytes:
    texts = [("DomainName", "HOUSE"), ("UserName", "anna"), ("Workstation", name)]
    return bytes(NTLM_AUTHENTICATE_V2(NegotiateFlags=flag, Payload=[*texts, ("NtChallengeResponse", NTLMv2_RESPONSE())]))


def within_spnego(octets: bytes) -> bytes:
    negotiation = SPNEGO_negTokenInit(mechTypes=[NTLM], mechToken=SPNEGO_Token(value=octets))
    return bytes(GSSAPI_BLOB(innerToken=SPNEGO_negToken(token=negotiation)))


LOGINS = (
    ("Authorization: NTLM", UNICODE, bytes(NTLM_NEGOTIATE(DomainName=b"HOUSE", WorkstationName=b"FIRST"))),
    ("Authorization: NTLM", UNICODE, third_message("ANNAS-PC")),
    ("Proxy-Authorization: NTLM", UNICODE, third_message("BÜRO")),
    ("Authorization: Negotiate", UNICODE, within_spnego(third_message("TEA-ROOM"))),
    ("Authorization: NTLM", OEM, third_message("OLD-ONE", OEM)),
    ("Authorization: NTLM", UNICODE, third_message("")),
)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a capture in which each login answers a challenge, on a connection of its own."""
    path = tmp_path_factory.mktemp("logins") / "logins.pcap"
    wrpcap(str(path), [packet for number, login in enumerate(LOGINS) for packet in connection(40_000 + number, *login)])
    return path


def connection(port: int, header: str, flag: str, token: bytes) -> Iterator[Ether]:
    challenge = b64encode(bytes(NTLM_CHALLENGE(NegotiateFlags=flag))).decode()
    refusal = f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM {challenge}\r\nContent-Length: 0\r\n\r\n".encode()
    request = f"GET / HTTP/1.1\r\nHost: intranet.example\r\n{header} {b64encode(token).decode()}\r\n\r\n".encode()
    link = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    yield link / IP(src="192.0.2.2", dst="192.0.2.1") / TCP(sport=80, dport=port, flags="PA", seq=1, ack=1) / refusal
    yield link / IP(src="192.0.2.1", dst="192.0.2.2") / TCP(sport=port, dport=80, flags="PA", seq=1, ack=1 + len(refusal)) / request


def by_tshark(capture: Path) -> list[str]:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-e", "ntlmssp.auth.hostname"]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return ["" if name == "NULL" else name for name in rows]


def by_sharky(capture: Path) -> list[str]:
    reading, said = Reading(), [""] * 2 * len(LOGINS)
    for batch in open_captures([capture]).batches():
        seen = reading.advance(batch)
        for row, heard in seen.labels.heard:
            if heard.kind == "ntlm_workstation":
                said[int(seen.columns.position[row])] = heard.name
    return said


def test_computers_that_log_in_over_http_are_those_that_tshark_names(capture: Path) -> None:
    assert (
        by_sharky(capture)
        == by_tshark(capture)
        == [name for computer in ("", "ANNAS-PC", "BÜRO", "TEA-ROOM", "OLD-ONE", "") for name in ("", computer)]
    )
