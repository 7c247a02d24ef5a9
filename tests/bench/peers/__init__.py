"""Other bots with the same form; they run in an environment of their own."""
