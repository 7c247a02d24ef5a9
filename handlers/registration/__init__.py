"""Activities in chat: publishing, signing up, the waitlist, the list, and the clock of each."""
