"""exposure.toml: what may leave through which door."""

from pathlib import Path

from pydantic import RootModel

from bot.config.source import fault, parse
from flows.office import Content, Door, Exposure, Shown

# A group's members may be anybody: no file of the staff can open these two to all of them.
GROUP_LIMITS = {
    Content.BODY: frozenset({Shown.TITLE, Shown.LOGIN}),
    Content.CONTACT: frozenset({Shown.LOGIN}),
}


class ExposureFile(RootModel[dict[Content, dict[Door, Shown]]]):
    """One table a class of content, one key a door."""


def load_exposure(path: Path) -> Exposure:
    """Read exposure.toml; every cell must be decided."""
    tables = parse(ExposureFile, path).root
    cells: dict[tuple[Content, Door], Shown] = {}
    for content in Content:
        for door in Door:
            shown = tables.get(content, {}).get(door)
            if shown is None:
                raise fault(path, f"[{content}]", door, "missing key: every cell must be decided")
            allowed = GROUP_LIMITS.get(content)
            if door.is_group and allowed is not None and shown not in allowed:
                raise fault(path, f"[{content}]", door, f'"{shown}" is never allowed in a group')
            cells[content, door] = shown
    return Exposure(cells)
