"""From matches to colours: director, patterns, mixer, and the governor of flashes."""
