"""Sharky turns what it sees on a home network into light on a model of the Wireshark shark."""
