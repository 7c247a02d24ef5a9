"""Tests of the look-up of links."""
