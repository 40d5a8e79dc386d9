"""What goes to disk: the snapshot that the page reads."""

from sharky.store.files import SNAPSHOT, read_snapshot, write_snapshot
from sharky.store.snapshot import EngineState, RuleInForce, Snapshot, SourceState

__all__ = ["SNAPSHOT", "EngineState", "RuleInForce", "Snapshot", "SourceState", "read_snapshot", "write_snapshot"]
