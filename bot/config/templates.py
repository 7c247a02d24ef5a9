"""templates/**/*.md: how campaigns are usually written, as a head between +++ and a text."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from bot.config.source import ConfigFault, Table, checked, read_text
from flows.campaigns.blanks import blanks, broken
from flows.campaigns.campaign import Button, Kind
from flows.campaigns.composing import BLANKS
from flows.campaigns.templates import MOST_BLANKS, Template, blanks_of

_FENCE = "+++"
_PRESSED = frozenset({Button.RECEIVED, Button.ASK})  # the others name an activity or a policy


class Head(Table):
    """What stands between the two lines of +++."""

    # A name is typed behind 写推送, and names what a form is about: no space, no "-".
    name: Annotated[str, Field(min_length=2, max_length=20, pattern=r"^[^\s:：-]+$")]
    kind: Kind
    title: Annotated[str, Field(min_length=2, max_length=100)]
    buttons: tuple[Button, ...]
    remind: bool = False
    mandatory: bool = False
    topic: Annotated[str, Field(max_length=30)] = ""
    sample: Mapping[str, Annotated[str, Field(min_length=1, max_length=200)]]

    @model_validator(mode="after")
    def _can_be_reminded(self) -> Self:
        if self.remind and Button.RECEIVED not in self.buttons:
            raise ValueError("remind needs the button received")
        if not _PRESSED.issuperset(self.buttons):
            raise ValueError("a template may have the buttons received and ask")
        return self


def load_templates(paths: Mapping[str, Path]) -> tuple[Template, ...]:
    """Read the templates in the order of their files' names; an empty file is no template."""
    found: dict[str, tuple[Path, Template]] = {}
    for _, path in sorted(paths.items()):
        text = read_text(path)
        if not text.strip():
            continue
        one = _template(path, text.splitlines())
        if one.name in found:
            raise ConfigFault(f'{path}: the name "{one.name}" is also in {found[one.name][0]}.')
        found[one.name] = (path, one)
    return tuple(one for _, one in found.values())


def _template(path: Path, lines: Sequence[str]) -> Template:
    ends = [n for n, line in enumerate(lines) if line.strip() == _FENCE]
    if len(ends) < 2 or ends[0] != 0:
        raise _wrong(path, 1, "a template begins with a head between two lines of +++")
    end = ends[1]
    head = _head(path, lines[:end])
    body = "\n".join(lines[end + 1 :])
    one = Template(
        head.name,
        head.kind,
        head.title,
        body.strip(),
        dict(head.sample),
        tuple(dict.fromkeys(head.buttons)),
        head.topic,
        head.remind,
        head.mandatory,
    )
    _check_blanks(path, lines, end, one)
    return one


def _head(path: Path, lines: Sequence[str]) -> Head:
    # An empty line stands for the first, so that what is said of a line is right.
    try:
        tree: dict[str, Any] = tomllib.loads("\n".join(("", *lines[1:])))
    except tomllib.TOMLDecodeError as error:
        raise ConfigFault(f"{path}: the head is not valid TOML: {error}.") from error
    return checked(Head, tree, path, lambda key: _line_of(lines, key))


def _check_blanks(path: Path, lines: Sequence[str], end: int, one: Template) -> None:
    """Refuse blanks without a sample, samples without a blank, and what only looks like one."""
    if not one.body:
        raise _wrong(path, end + 1, "there is no text behind the head")
    for n, line in enumerate(lines[end + 1 :], start=end + 2):
        if torn := broken(line):
            raise _wrong(path, n, f"{torn[0]} is not a whole blank")
        if strange := [name for name in blanks(line) if name not in BLANKS]:
            raise _wrong(path, n, f"nothing is known of a reader as ${{{strange[0]}}}")
        if line.count("【") != line.count("】"):
            raise _wrong(path, n, "a 【 without its 】, or the other way round")
        if without := [name for name in blanks_of(line) if name not in one.sample]:
            raise _wrong(path, n, f"[sample] has nothing for 【{without[0]}】")
    title = _line_of(lines, "title")
    if blanks(one.title) or broken(one.title):
        raise _wrong(path, title, "a title is the same for every reader")
    if without := [name for name in blanks_of(one.title) if name not in one.sample]:
        raise _wrong(path, title, f"[sample] has nothing for 【{without[0]}】")
    if unused := [name for name in one.sample if name not in one.blanks]:
        raise _wrong(path, _line_of(lines, unused[0]), f"there is no blank 【{unused[0]}】")
    if len(one.blanks) > MOST_BLANKS:
        raise _wrong(path, end + 1, f"{len(one.blanks)} blanks, at most {MOST_BLANKS} are asked")


def _line_of(lines: Sequence[str], key: str) -> int:
    """Return the line of a key of the head, or the first."""
    said = (n for n, line in enumerate(lines, 1) if line.partition("=")[0].strip(' "') == key)
    return next(said, 1)


def _wrong(path: Path, line: int, reason: str) -> ConfigFault:
    return ConfigFault(f"{path}: line {line}: {reason}.")
