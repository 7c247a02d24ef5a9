"""texts/*.toml: every sentence that people read, by its key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.config.source import fault, read_toml


def load_texts(paths: Mapping[str, Path]) -> Mapping[str, str]:
    """Read the text files into one mapping; a key is "<file>.<table>.<key>"."""
    texts: dict[str, str] = {}
    for stem, path in sorted(paths.items()):
        texts.update(_flat(path, stem, "", read_toml(path)))
    return texts


def _flat(path: Path, stem: str, table: str, tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        inner = f"{table}.{key}" if table else key
        match value:
            case str():
                yield f"{stem}.{inner}", value
            case dict():
                yield from _flat(path, stem, inner, value)
            case _:
                place = f"[{table}]" if table else "top level"
                raise fault(path, place, key, "a text must be a string")
