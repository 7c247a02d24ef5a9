"""The real bot as a process of its own, over the wire of a simulated platform."""
