"""Activities: seats, the waitlist, lists that are read, papers."""
