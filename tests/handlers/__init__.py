"""The handlers, on a real database."""
