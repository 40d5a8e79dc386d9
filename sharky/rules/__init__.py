"""An owner's rules: loaded with positions, filters compiled to masks, matches out."""

from sharky.rules.engine import RuleEngine, filter_of
from sharky.rules.filters import Filter, compile_filter
from sharky.rules.loading import load_rules

__all__ = ["Filter", "RuleEngine", "compile_filter", "filter_of", "load_rules"]
