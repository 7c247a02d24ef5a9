"""The conversation machine."""
