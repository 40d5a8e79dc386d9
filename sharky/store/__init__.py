"""What goes to disk: the snapshot that the page reads, and the model that it draws."""

from sharky.store.files import MODEL, SNAPSHOT, read_model, read_snapshot, write_model, write_snapshot
from sharky.store.snapshot import EngineState, RuleInForce, Setting, SettingsState, Snapshot, SourceState

__all__ = [
    "MODEL",
    "SNAPSHOT",
    "EngineState",
    "RuleInForce",
    "Setting",
    "SettingsState",
    "Snapshot",
    "SourceState",
    "read_model",
    "read_snapshot",
    "write_model",
    "write_snapshot",
]
