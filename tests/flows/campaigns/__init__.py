"""Campaigns: who may do what to them, who is meant, what speaks against a text."""
