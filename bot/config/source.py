"""Reading one configuration file, and the sentence that names what is wrong with it."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


class ConfigFault(Exception):
    """A configuration that cannot be used; the text names file, table and key."""


class Table(BaseModel):
    """A table of a configuration file; an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def read_toml(path: Path) -> dict[str, Any]:
    """Read one file; what is not TOML is a fault that names the line."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigFault(f"{path}: the file is not valid TOML: {error}.") from error


def read_text(path: Path) -> str:
    """Read one file as it is; what is not UTF-8 is a fault that names the line."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigFault(f"{path}: the file is not UTF-8 text: see line {line}.") from error
    except OSError as error:
        raise ConfigFault(f"{path}: the file cannot be read: {error.strerror}.") from error


def parse(model: type[Model], path: Path) -> Model:
    """Read one file into its model."""
    return checked(model, read_toml(path), path)


def checked(
    model: type[Model],
    tree: Mapping[str, Any],
    path: Path,
    line_of: Callable[[str], int] | None = None,
) -> Model:
    """Make a model of what a file says; `line_of` finds the line of a key, to be named as well."""
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        # The values stay out of the text: people.toml holds names and numbers.
        first = error.errors(include_url=False, include_input=False)[0]
        keys = [part for part in first["loc"] if isinstance(part, str) and part != "[key]"]
        line = f"line {line_of(keys[-1] if keys else '')}: " if line_of else ""
        raise ConfigFault(f"{path}: {line}{_place(first)}: {_reason(first)}.") from None


def fault(path: Path, table: str, key: str, reason: str) -> ConfigFault:
    """Word a fault that shows only when files are read together."""
    return ConfigFault(f'{path}: table {table}, key "{key}": {reason}.')


def entry(table: str, position: int) -> str:
    """Name one entry of an array of tables, counted from 1 as people count."""
    return f"[[{table}]] no. {position + 1}"


def _place(error: ErrorDetails) -> str:
    """Name table and key: the innermost key of the file, and the tables that lead to it."""
    loc = [part for part in error["loc"] if part != "[key]"]  # pydantic's mark of a bad dict key
    last = max((n for n, part in enumerate(loc) if isinstance(part, str)), default=-1)
    if last < 0:
        return "top level"
    tables = []
    for n, part in enumerate(loc[:last]):
        if isinstance(part, str):
            following = loc[n + 1]
            tables.append(entry(part, following) if isinstance(following, int) else f"[{part}]")
    where = f"table {' '.join(tables)}" if tables else "top level"
    return f'{where}, key "{loc[last]}"'


def _reason(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "unknown key"
        case "missing":
            return "missing key"
        case _:
            return error["msg"].removeprefix("Value error, ").rstrip(".")
