"""Layer 7 by signature first and port second, remembered for each flow."""
