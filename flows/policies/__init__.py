"""Policies (政策): what one is, how it is read, for whom it is, and until when."""
