"""Counting: the statistics of a whole capture and of the last minute."""
