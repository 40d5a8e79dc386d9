"""What a person reads: aligned, complete, and safe to print whatever the packets carried."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharky.model.windows import Conversation, Share, Summary
from sharky.tally import summary_text
from sharky.tally.report import bar

HOUSE = Summary(
    packets=1000,
    bytes=1_250_000,
    first_ns=1_709_317_211 * 10**9,
    last_ns=1_709_317_261 * 10**9,
    hierarchy=(Share("eth", 1000, 1_250_000), Share("eth:ip", 750, 1_200_000), Share("eth:ip:tcp", 1, 60), Share("eth:arp", 250, 15_000)),
    conversations=(Conversation("10.0.0.1", "10.0.0.2", 500, 700_000, 250, 500_000),),
    endpoints=(Share("10.0.0.1", 750, 1_200_000), Share("10.0.0.2", 750, 1_200_000)),
    counters={"truncated": 3},
)


def test_a_summary_is_a_picture_of_the_capture() -> None:
    assert summary_text(HOUSE).splitlines() == [
        "1,000 packets   1.25 MB   2024-03-01 18:20:11 to 18:21:01 UTC (50.0 s)",
        "20.0 packets/s   25.0 kB/s",
        "",
        "Protocols                                     packets      bytes  of packets",
        "eth                                             1,000    1.25 MB  ████████████████ 100.0 %",
        "  ip                                              750    1.20 MB  ████████████      75.0 %",
        "    tcp                                             1       60 B  ▏                  0.1 %",
        "  arp                                             250    15.0 kB  ████              25.0 %",
        "",
        "Talkers                                       packets      bytes  of bytes",
        "10.0.0.1                                          750    1.20 MB  ███████████████▍  96.0 %",
        "10.0.0.2                                          750    1.20 MB  ███████████████▍  96.0 %",
        "",
        "Conversations                                 packets      bytes  of bytes",
        "10.0.0.1 - 10.0.0.2                               750    1.20 MB  ███████████████▍  96.0 %",
        "",
        "What was not understood, damaged or left out",
        "truncated                                           3  packets of which the capture has too little to tell what they are",
    ]


def test_an_empty_capture_says_so_and_still_shows_what_was_damaged() -> None:
    text = summary_text(Summary(0, 0, 0, 0, (), (), (), {"damaged_bytes": 24}))
    assert text.startswith("no packets\n")
    assert "damaged bytes" in text


def test_long_names_push_the_columns_of_their_table_together() -> None:
    long = "2001:db8:1111:2222:3333:4444:5555:6666"
    lines = summary_text(Summary(2, 9, 0, 0, (), (Conversation(long, long, 1, 5, 0, 0), Conversation("::1", "::2", 1, 4, 0, 0)), (), {}))
    assert len({len(line) for line in lines.splitlines() if "%" in line}) == 1


def test_only_the_first_are_listed_and_the_title_says_of_how_many() -> None:
    crowd = tuple(Share(f"10.0.0.{host}", 1, 60) for host in range(30))
    text = summary_text(Summary(30, 1800, 0, 1, (), (), crowd, {}))
    assert "Talkers (the first 10 of 30)" in text
    assert text.count("10.0.0.") == 10


@given(st.text(), st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_hostile_names_and_times_print_without_control_characters(name: str, first_ns: int, last_ns: int) -> None:
    text = summary_text(Summary(1, 1, first_ns, last_ns, (Share(name, 1, 1),), (), (Share(name, 1, 1),), {name: 1}))
    assert all(line.isprintable() for line in text.split("\n"))


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_has_always_its_width_and_shows_whatever_is_not_nothing(part: float, cells: int) -> None:
    assert len(bar(part, cells)) == cells
    assert bar(part, cells).isspace() == (part == 0)


def test_a_capture_of_one_packet_has_one_packet() -> None:
    assert summary_text(Summary(1, 60, 5, 5, (), (), (), {})).startswith("1 packet   60 B")
