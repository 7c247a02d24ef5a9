"""Effects of the acts: what becomes of a ticket and its clocks."""
