"""The one path every packet takes, live or replayed."""
