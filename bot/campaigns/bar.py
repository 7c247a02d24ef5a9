"""A bar in the terminal that shows how far a campaign is; plain lines where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.terminal import Terminal
from flows.campaigns.campaign import Campaign
from flows.campaigns.progress import meant, minutes_left, over
from flows.campaigns.tally import Tally

Show = Callable[[Campaign, Tally], None]


@contextmanager
def bar(terminal: Terminal) -> Iterator[Show]:
    """Show how far a campaign is until the block ends; a line for each change without a screen."""
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        yield _lines(terminal)
        return
    # Titles are typed: nothing of them is markup.
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[told]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None, told="")

        def show(one: Campaign, tally: Tally) -> None:
            progress.update(
                task,
                description=f"{one.number} {terminal.word(f'campaign.stage.{one.stage.value}')}",
                total=meant(tally) or None,
                completed=over(tally),
                told=_told(one, tally, terminal),
            )

        yield show


def _lines(terminal: Terminal) -> Show:
    said = ""

    def show(one: Campaign, tally: Tally) -> None:
        nonlocal said
        stage = terminal.word(f"campaign.stage.{one.stage.value}")
        line = f"{one.number} {stage} {_told(one, tally, terminal)}"
        if line != said:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        said = line

    return show


def asked(tally: Tally, terminal: Terminal) -> str:
    """Say how many wait for somebody at the platform, where any do."""
    return terminal.word("confirming.counted", count=tally.asked) if tally.asked else ""


def _told(one: Campaign, tally: Tally, terminal: Terminal) -> str:
    figures = terminal.word(
        "sending.terminal.figures",
        over=f"{over(tally):,}",
        total=f"{meant(tally):,}",
        failed=tally.failed,
        unknown=tally.unknown,
        asked=asked(tally, terminal),
    )
    minutes = minutes_left(one.progress, tally) if one.progress and not tally.over else None
    if minutes is None:
        return figures
    return figures + terminal.word("sending.terminal.left", minutes=max(1, minutes))


__all__ = ["Show", "asked", "bar"]
