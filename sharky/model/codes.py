"""The names of the light codes: what a Sharky without a screen says of itself (`sharky.lights.codes` has what they look like)."""

STARTING, RULES, NOT_SAVING, NO_BRIDGE, STORIES = "starting", "rules", "not-saving", "no-bridge", "stories"
