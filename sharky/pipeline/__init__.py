"""The one path every packet takes, live or replayed; `stats` needs its first half only, and so does not load the rest."""
