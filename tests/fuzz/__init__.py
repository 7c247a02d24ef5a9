"""Bytes that mean nothing, by the hundred thousand, at the addresses that platforms call."""
