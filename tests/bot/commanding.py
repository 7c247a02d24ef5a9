"""Commands beside the bot, given as they are typed."""

import argparse
import asyncio
from collections.abc import Callable
from typing import Any


async def commanded(add: Callable[[Any], object], *typed: str) -> int:
    """Run the command that `add` knows, as a process of its own would; return its exit code."""
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    told = parser.parse_args(typed)
    code = await asyncio.to_thread(told.command, told)
    assert isinstance(code, int)
    return code
