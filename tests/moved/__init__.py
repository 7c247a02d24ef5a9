"""The suite on another day: the clock of its processes is moved, the machine's is left alone."""

CLOCK = ("LD_PRELOAD", "MOVED_BY")
"""What a process needs to be told to live on the moved day; whoever starts one passes it on."""
