"""Where it is plugged in."""
