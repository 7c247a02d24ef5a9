"""The simulator, seen from the wire."""
