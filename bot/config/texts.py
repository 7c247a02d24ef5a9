"""texts/*.toml: every sentence that people read, by its key."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.config.source import fault, read_toml

_BLANK = re.compile(r"\$\{([^}]*)\}")


def load_texts(paths: Mapping[str, Path], base: Mapping[str, Path]) -> Mapping[str, str]:
    """Read the text files into one mapping; a key is "<file>.<table>.<key>".

    A file of the overlay stands for the whole file of that name, so it must keep every key.
    """
    texts: dict[str, str] = {}
    for stem, path in sorted(paths.items()):
        found = dict(_flat(path, stem, "", read_toml(path)))
        shipped = base.get(stem, path)
        if shipped != path:
            _complete(path, found, dict(_flat(shipped, stem, "", read_toml(shipped))))
        texts.update(found)
    return texts


def _complete(path: Path, found: Mapping[str, str], shipped: Mapping[str, str]) -> None:
    for key, text in shipped.items():
        table, _, name = key.partition(".")[2].rpartition(".")
        place = f"[{table}]" if table else "top level"
        if key not in found:
            raise fault(path, place, name, "a text that the program needs is missing")
        # Nothing would be given for it, and whoever is to read the text would get an apology.
        for blank in _BLANK.findall(found[key]):
            if blank not in _BLANK.findall(text):
                raise fault(path, place, name, f"${{{blank}}} is none of this text's blanks")


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
