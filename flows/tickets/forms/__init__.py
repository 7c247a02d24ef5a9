"""The short conversations behind the acts of a case: what each needs to be told."""
