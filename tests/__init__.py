"""How it is meant to behave."""
