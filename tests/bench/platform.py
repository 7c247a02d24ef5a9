"""The simulated platform in a process of its own, with many groups: prints its address.

python -m tests.bench.platform GROUPS CLIENT_ID CLIENT_SECRET
"""

import asyncio
import sys

from bot.simulator.server import DingTalkSimulator
from bot.simulator.world import Group, World


def token(n: int) -> str:
    """Name the token of a group's custom robot."""
    return f"token-{n}"


def secret(n: int) -> str:
    """Name the secret of a group's custom robot."""
    return f"SEC-{n}"


def chat(n: int) -> str:
    """Name a group."""
    return f"cid-{n}=="


def world(groups: int) -> World:
    """Make as many groups, each with a custom robot."""
    return World(
        (),
        [
            Group(chat(n), f"group {n}", (), custom_token=token(n), custom_secret=secret(n))
            for n in range(groups)
        ],
    )


async def serve(groups: int, client_id: str, client_secret: str) -> None:
    """Serve until killed."""
    simulator = DingTalkSimulator(
        world(groups), client_id=client_id, client_secret=client_secret, robot_code=client_id
    )
    async with simulator:
        print(simulator.base_url, flush=True)  # noqa: T201 - for whoever started it
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
