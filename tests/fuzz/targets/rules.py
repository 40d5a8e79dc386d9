"""What an owner writes: a filter or a rules file either works, or is refused with problems that name a place in it."""

from __future__ import annotations

from functools import cache

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.lights import PATTERNS, Director
from sharky.model.columns import Columns, Labels
from sharky.model.errors import SettingsError
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree
from sharky.model.rules import Vocabulary
from sharky.rules import RuleEngine, compile_filter, load_rules
from tests.fuzz.targets.packets import batch
from tests.fuzz.targets.problems import check_problems
from tests.unit.dissect.builder import eth, ip, ipv6, tcp, udp, vlan

VOCABULARY = Vocabulary(("eyes", "fin", "flank"), {name: name for name in PATTERNS}, {"gold": (1.0, 0.7, 0.0)})
PACKETS = (
    eth(0x0800, ip(6, tcp(50000, 443, b"hello"))),
    eth(0x0800, ip(17, udp(50000, 53, bytes(12)))),
    eth(0x86DD, ipv6(58, bytes(8))),
    eth(0x8100, vlan(0x0806, bytes(28))),
    eth(0x0800, ip(6))[:40],
)
SECOND = 1_000_000_000


def check_rules(octets: bytes) -> None:
    """Take octets for a filter and, where they have several lines, for a rules file."""
    text = octets.decode("utf-8", "replace")
    columns, labels = _seen()
    try:
        mask = compile_filter(text).mask(columns, labels)
        assert len(mask) == len(columns)
        assert mask.dtype == bool
    except SettingsError as error:
        check_problems(error)
    try:
        rules = load_rules(text, "fuzzed.yaml", VOCABULARY)
    except SettingsError as error:
        check_problems(error)
        return
    engine, director = RuleEngine(rules), Director(rules)
    director.advance(engine.advance(columns, labels), columns.now_ns)
    director.scene(columns.now_ns)
    nothing, unlabelled = _nothing()
    director.advance(engine.advance(nothing, unlabelled), nothing.now_ns)
    director.scene(nothing.now_ns)


@cache
def _seen() -> tuple[Columns, Labels]:
    return _identified(batch([(1, len(octets), octets) for octets in PACKETS]))


@cache
def _nothing() -> tuple[Columns, Labels]:
    return _identified(PacketBatch.tick(90 * SECOND, len(PACKETS) + 1))


def _identified(packets: PacketBatch) -> tuple[Columns, Labels]:
    tree = ProtocolTree()
    columns = dissect(packets, tree)
    return columns, Identifier(tree, most_flows=64).identify(columns)
