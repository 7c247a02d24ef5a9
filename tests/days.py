"""What tests that live by the machine's clock know of their day, to hold on every date."""

from datetime import date, datetime, timedelta
from pathlib import Path

from flows.calendar import OFFICE_ZONE, SATURDAY


def today() -> date:
    """Say what day it is at the office."""
    return datetime.now(OFFICE_ZONE).date()


def first_number() -> str:
    """Return the number of the first ticket that is filed now."""
    return f"ZH-{today().year}-0001"


def with_known_years(overlay: Path) -> Path:
    """Write calendars into an overlay by which this year and the next have their notices."""
    folder = overlay / "calendar"
    folder.mkdir(parents=True, exist_ok=True)
    for year in (today().year, today().year + 1):
        new_year = date(year, 1, 1)
        off = next(day for n in range(3) if (day := new_year + timedelta(n)).weekday() < SATURDAY)
        lines = (f"year = {year}", "official = true", 'source = "a test"', f"off = [{off}]")
        (folder / f"{year}.toml").write_text("\n".join(lines), "utf-8")
    return overlay
