"""The suite on another day: the clock of its processes is moved, the machine's is left alone."""

CLOCK = ("LD_PRELOAD", "MOVED_BY")
"""What a process needs to be told to live on the moved day; whoever starts one passes it on."""

BY_HAND = ("tests/flows", "tests/handlers", "tests/fuzz")
"""Rooms whose tests are given a clock and never ask for the time; tests/test_tree.py sees to it."""
