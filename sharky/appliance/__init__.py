"""Sharky as a thing that is plugged in: the owner's folder on the card, a place by what is plugged in, and the engine as a service."""
