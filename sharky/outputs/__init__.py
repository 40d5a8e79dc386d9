"""Where light goes: terminal, GPIO, the page's mirror, and a recorder for tests."""
