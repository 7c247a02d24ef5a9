"""The heap of a process that runs for weeks: what is there from the start is not searched again."""

import gc

NEW = 20_000
"""New objects that may be there before the garbage collector looks at them.

Its own 700 are less than what a batch of arrivals makes and lets go by itself.
"""


def settle() -> None:
    """Let the garbage collector leave alone whatever is there by now.

    The program, its texts and its tables are some 200,000 objects, which live as long as the
    process does; to walk through them again and again took a fifth of its time under load, in
    pauses of a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, *gc.get_threshold()[1:])
