"""The page: the same shark, live, and why it lit."""
