"""Guards of the acts: what has to be right before a ticket moves."""
