"""Policies in chat (政策): entered, asked about, matched, pushed and reminded of."""
