"""The demo as people see it, in a real browser."""
