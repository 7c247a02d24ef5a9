"""Doors to the platforms where people talk."""
