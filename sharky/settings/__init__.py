"""YAML in with positions, checked values out; every problem of a file at once."""
