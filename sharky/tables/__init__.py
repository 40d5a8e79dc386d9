"""Open-addressing tables that look up a whole batch of keys at once."""
