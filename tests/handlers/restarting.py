"""The office as it starts again with another calendar, and what it does each morning."""

from __future__ import annotations

from pathlib import Path

from bot.channels.base import Letter
from bot.config import load_config
from bot.housekeeping import asking, recounting
from bot.office import office_of
from bot.schedules import Schedules
from handlers.ports import Office
from tests.stage import Stage, reception_of

# The notice gives one more day off after New Year: one working day later.
NOTICE = ("off = [\n    2027-01-01,             # 元旦", "off = [\n    2027-01-01, 2027-01-04,")


def official(folder: Path, change: tuple[str, str] = NOTICE) -> Path:
    """Write an overlay in which 2027 has its notice."""
    text = (Path(__file__).parents[2] / "config" / "calendar" / "2027.toml").read_text("utf-8")
    for old, new in (change, ("official = false", "official = true")):
        assert old in text
        text = text.replace(old, new)
    overlay = folder / "overlay" / "calendar"
    overlay.mkdir(parents=True)
    (overlay / "2027.toml").write_text(text, "utf-8")
    return folder / "overlay"


async def restart(play: Stage, overlay: Path | None = None) -> list[Letter]:
    """Start the schedules as a process does that reads this configuration."""
    return await morning(play, office_of(load_config(overlay=overlay)))


async def morning(play: Stage, office: Office | None = None) -> list[Letter]:
    """Let the schedules do what is due."""
    office = office or play.reception.office
    daily = [asking(office), recounting(office)]
    await Schedules(play.database, daily, play.clock, wake=lambda: None).turn()
    return await play.send()


async def with_days_off(play: Stage, days: str) -> list[Letter]:
    """Write the notice of 2027 down with these days off as well, and start again."""
    overlay = official(play.folder, ("off = [", f"off = [\n    {days},"))
    play.reception = reception_of(load_config(overlay=overlay), play.clock)
    return await morning(play)
