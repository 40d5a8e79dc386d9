"""The totals of a capture: exact, and the same however the capture is cut."""

from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.model.protocols import ROOT, ProtocolTree
from sharky.model.windows import Conversation, Share, Summary
from sharky.tally import Tally
from sharky.tally.hierarchy import Hierarchy
from tests.unit.tally.builder import Packet, batch

NONE: Counter[str] = Counter()

address = st.sampled_from(["10.0.0.1", "10.0.0.2", "192.168.7.255", "0.0.0.0"])
address6 = st.sampled_from(["fe80::1", "fe80::2", "ff02::fb", "::"])
packets = st.lists(
    st.builds(
        Packet,
        path=st.sampled_from(["", "eth", "eth:arp", "eth:ip:tcp", "eth:ip:udp:dns", "eth:ipv6:udp", "eth:ipv6:ip:udp"]),
        size=st.integers(0, 70_000),
        time_ns=st.integers(0, 10**12),
        addresses=st.lists(st.tuples(address, address) | st.tuples(address6, address6), max_size=3).map(tuple),
        problem=st.sampled_from(["", "truncated", "malformed"]),
    ),
    max_size=20,
)


def tally(*batches: Sequence[Packet]) -> Tally:
    counted, tree = Tally(), ProtocolTree()
    for each in batches:
        counted.add(*batch(each, tree))
    return counted


def summary(*batches: Sequence[Packet]) -> Summary:
    return tally(*batches).summary(NONE)


def test_nothing_counted_is_all_zero() -> None:
    assert summary() == summary([]) == Summary(0, 0, 0, 0, (), (), (), {})


def test_both_directions_of_a_conversation_are_told_apart() -> None:
    there, back = ("10.0.0.9", "10.0.0.20"), ("10.0.0.20", "10.0.0.9")
    found = summary([Packet(size=100, addresses=(there,)), Packet(size=30, addresses=(back,)), Packet(size=1, addresses=(back,))])
    assert found.conversations == (Conversation("10.0.0.9", "10.0.0.20", 1, 100, 2, 31),)
    assert found.endpoints == (Share("10.0.0.9", 3, 131), Share("10.0.0.20", 3, 131))


def test_only_the_outermost_addresses_of_each_family_count() -> None:
    tunnel = Packet(size=9, addresses=(("10.0.0.1", "10.0.0.2"), ("fe80::1", "fe80::2"), ("10.9.9.9", "10.8.8.8")))
    plain = Packet(size=5, addresses=(("10.8.8.8", "10.9.9.9"),))
    inside_ipv6 = Packet(size=4, addresses=(("fe80::1", "fe80::2"), ("10.8.8.8", "10.9.9.9")))
    assert summary([plain, tunnel, plain, inside_ipv6]).conversations == (
        Conversation("10.8.8.8", "10.9.9.9", 3, 14, 0, 0),
        Conversation("fe80::1", "fe80::2", 2, 13, 0, 0),
        Conversation("10.0.0.1", "10.0.0.2", 1, 9, 0, 0),
    )


def test_a_packet_to_its_own_sender_counts_once_in_its_conversation() -> None:
    assert summary([Packet(size=7, addresses=(("10.0.0.1", "10.0.0.1"),))]).conversations == (
        Conversation("10.0.0.1", "10.0.0.1", 1, 7, 0, 0),
    )


def test_a_path_counts_what_goes_on_from_it() -> None:
    found = summary([Packet("eth:ip:udp:dns", 80), Packet("eth:ip:udp", 70), Packet("eth:arp", 60), Packet("eth:ip:tcp", 50), Packet("")])
    assert found.hierarchy == (
        Share("eth", 4, 260),
        Share("eth:ip", 3, 200),
        Share("eth:ip:udp", 2, 150),
        Share("eth:ip:udp:dns", 1, 80),
        Share("eth:ip:tcp", 1, 50),
        Share("eth:arp", 1, 60),
    )


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("ipv6:mipv6", ["ipv6"]),
        ("ipv6:mipv6:mipv6", ["ipv6", "ipv6:mipv6"]),
        ("eth:ipv6:ipv6.hopopts:icmpv6", ["eth", "eth:ipv6", "eth:ipv6:icmpv6"]),
        ("eth:cfp:eth:arp", ["cfp", "cfp:eth", "cfp:eth:arp"]),
        ("eth:isl:eth", ["isl", "isl:eth"]),
        ("eth:ip:igmp:pim", ["eth", "eth:ip", "eth:ip:pim"]),
        ("nflog:ip:udp", ["ip", "ip:udp"]),
        ("nflog", []),
        ("wlan:wlan_aggregate:llc:arp", ["wlan", "wlan:wlan_aggregate"]),
        ("eth:mpls:mpls:ip", ["eth", "eth:mpls", "eth:mpls:mpls", "eth:mpls:mpls:ip"]),
    ],
)
def test_the_hierarchy_has_the_layers_of_wireshark_s(listed: str, shown: list[str]) -> None:
    assert summary([Packet(listed, 60)]).hierarchy == tuple(Share(path, 1, 60) for path in shown)


def test_time_may_run_backwards() -> None:
    found = summary([Packet(time_ns=50), Packet(time_ns=40)], [Packet(time_ns=45)])
    assert (found.first_ns, found.last_ns) == (40, 50)


def test_what_was_not_understood_is_counted_beside_what_others_counted() -> None:
    found = tally([Packet(problem="truncated"), Packet(), Packet(problem="unknown_linktype")]).summary(
        Counter(damaged_bytes=9, truncated=1)
    )
    assert found.counters == {"truncated": 2, "unknown_linktype": 1, "damaged_bytes": 9}


def test_packets_of_pairs_beyond_the_limit_are_counted_as_such() -> None:
    counted = Tally(maximum_pairs=2)
    crowd = [Packet(addresses=((f"10.0.0.{host}", "10.0.1.1"),)) for host in range(5)]
    counted.add(*batch(crowd, ProtocolTree()))
    found = counted.summary(NONE)
    assert len(found.conversations) == 2
    assert found.counters == {"conversations_beyond_limit": 3}
    assert found.packets == 5


def test_paths_that_found_no_room_in_the_tree_are_counted() -> None:
    tree, counted = ProtocolTree(), Tally()
    tree.refused = 2
    counted.add(*batch([Packet()], tree))
    assert counted.summary(NONE).counters == {"protocol_paths_beyond_limit": 2}


@given(packets)
def test_conversations_are_those_of_a_loop(some: list[Packet]) -> None:
    expected: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for packet in some:
        for is_ipv6 in (False, True):
            pairs = [pair for pair in packet.addresses if (":" in pair[0]) == is_ipv6]
            if pairs:
                expected[tuple(sorted(pairs[0]))] += 1
    found = {tuple(sorted((each.a, each.b))): each.packets_ab + each.packets_ba for each in summary(some).conversations}
    assert found == expected


@given(packets, st.integers(0, 20), st.integers(0, 20))
def test_a_capture_may_be_cut_anywhere(some: list[Packet], one: int, two: int) -> None:
    first, second = sorted((one, two))
    assert summary(some[:first], some[first:second], some[second:]) == summary(some)


@settings(max_examples=40)
@given(packets, packets)
def test_merged_tallies_are_as_one(some: list[Packet], more: list[Packet]) -> None:
    merged = tally(some)
    merged.merge(pickle.loads(pickle.dumps(tally(more))))
    assert merged.summary(NONE) == summary(some, more)
    swapped = tally(more)
    swapped.merge(tally(some))
    assert swapped.summary(NONE) == summary(some, more)


@settings(max_examples=40)
@given(packets, packets)
def test_counting_goes_on_after_a_merge(some: list[Packet], more: list[Packet]) -> None:
    merged = Tally()
    merged.merge(tally(more))
    merged.add(*batch(some, ProtocolTree()))
    assert merged.summary(NONE) == summary(some, more)


def test_extension_headers_of_ipv6_are_no_layers_of_the_hierarchy() -> None:
    tree = ProtocolTree()
    plain = tree.node(tree.node(tree.node(ROOT, "eth"), "ipv6"), "icmpv6")
    behind = tree.node(tree.node(tree.node(tree.node(ROOT, "eth"), "ipv6"), "ipv6.hopopts"), "icmpv6")
    alone = tree.node(tree.node(tree.node(ROOT, "eth"), "ip"), "ipv6.hopopts")
    hierarchy = Hierarchy()
    hierarchy.add(tree, np.array([plain, behind, alone], np.int32), np.array([60, 90, 70]))
    assert {share.name: (share.packets, share.bytes) for share in hierarchy.shares()} == {
        "eth": (3, 220),
        "eth:ipv6": (2, 150),
        "eth:ipv6:icmpv6": (2, 150),
        "eth:ip": (1, 70),
        "eth:ip:ipv6.hopopts": (1, 70),
    }
