"""The records on a real database."""
