"""The documents: they name what the code has, and their links lead somewhere."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import BaseModel

from bot.__main__ import main
from bot.channels.base import Message, Option
from bot.channels.dingtalk.payloads import card_values
from bot.config import load_config
from bot.settings import PREFIX, Settings
from flows.tickets.acting import Act
from flows.tickets.case import State
from flows.tickets.moves import MOVES
from flows.tickets.parts import Part
from flows.tickets.rights import RIGHTS, Piece
from handlers.ports import Role
from handlers.words import WORDS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
FLOWS = DOCS / "flows.md"
PAGES = sorted((*ROOT.glob("*.md"), *DOCS.rglob("*.md")))

_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_VARIABLE = re.compile(rf"`({PREFIX}[A-Z0-9_]+)`")

HEAD = """# Flows

Every conversation as `python -m bot graph` draws it.
Made by `python -m tests.test_docs`, and compared by that test.
"""


def flows_page() -> str:
    """Put the printed graphs on one page, with the titles that people see."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        main(["graph"])
    texts = load_config().texts
    parts = [HEAD]
    for section in printed.getvalue().split("%% ")[1:]:
        name, _, graph = section.partition("\n")
        title = texts[f"{name}.title"]
        parts.append(f"## {name} · {title}\n\n```mermaid\n{graph.strip()}\n```\n")
    return "\n".join(parts)


LIFE = DOCS / "tickets.md"
_MOVES = re.compile(r"(?<=<!-- moves -->\n).*(?=<!-- /moves -->)", re.DOTALL)


def moves_table() -> str:
    """List what may be done with a ticket: rows that differ in nothing but the state are one."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for (state, act), planned in sorted(MOVES.items(), key=lambda row: list(Act).index(row[0][1])):
        to = "=" if planned.to is state else f"`{planned.to.value}`"
        who = ", ".join(part.value for part in Part if part in planned.parts)
        needs = ", ".join(guard.__name__ for guard in (*planned.needs, *planned.guards))
        rows.setdefault((f"`{act.value}`", to, who, needs), []).append(state.value)
    lines = [
        f"| {act} | {', '.join(states)} | {to} | {who} | {needs} |"
        for (act, to, who, needs), states in rows.items()
    ]
    return "\n".join(("| act | from | to | by | needs |", "|---|---|---|---|---|", *lines, ""))


_RIGHTS = re.compile(r"(?<=<!-- rights -->\n).*(?=<!-- /rights -->)", re.DOTALL)


def rights_table() -> str:
    """List who reads which piece of a case."""
    readers = [part for part in Part if part not in {Part.ADMIN, Part.JOINED, Part.SYSTEM}]
    lines = [
        f"| `{piece.value}` | " + " | ".join(_right(piece, part) for part in readers) + " |"
        for piece in Piece
    ]
    head = f"| piece | {' | '.join(part.value for part in readers)} |"
    return "\n".join((head, "|---" * (len(readers) + 1) + "|", *lines, ""))


def _right(piece: Piece, part: Part) -> str:
    rule = RIGHTS[piece]
    if part in rule.always:
        return "✓"
    if part not in rule.own:
        return ""
    return "own, office's" if part in rule.of_office else "own"


def variables(model: Any = Settings, prefix: str = PREFIX) -> Iterator[str]:
    """Name every setting as it is written in the environment."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from variables(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def read(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def test_the_pictures_of_the_flows_are_current() -> None:
    assert FLOWS.read_text("utf-8") == flows_page(), "run: python -m tests.test_docs"


def test_the_table_of_moves_is_current() -> None:
    found = _MOVES.search(LIFE.read_text("utf-8"))
    assert found is not None
    assert found.group() == moves_table(), "run: python -m tests.test_docs"


def test_the_table_of_rights_is_current() -> None:
    found = _RIGHTS.search(LIFE.read_text("utf-8"))
    assert found is not None
    assert found.group() == rights_table(), "run: python -m tests.test_docs"


def test_the_settings_and_their_table_are_the_same() -> None:
    rows = [line for line in read("operations.md").splitlines() if line.startswith("| `QINQING_")]
    assert sorted(_VARIABLE.findall(" ".join(row.split("|")[1] for row in rows))) == sorted(
        variables()
    )


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = set(variables())
    named = {
        name
        for page in PAGES
        for name in re.findall(rf"\b{PREFIX}[A-Z0-9_]*[A-Z0-9]\b", page.read_text("utf-8"))
    }
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = [
        match["target"] for match in _LINK.finditer(_FENCED.sub("", page.read_text("utf-8")))
    ]
    relative = [t.partition("#")[0] for t in targets if not re.match(r"[a-z]+:|#", t)]
    assert [t for t in relative if not (page.parent / unquote(t)).exists()] == []


def test_the_staff_guide_has_a_word_for_everything_that_can_be_said() -> None:
    table = read("staff-guide.md").partition("## 说法一览")[2]
    listed = set(re.findall(r"[\u4e00-\u9fff]+", table))
    said = {meaning for word, meaning in WORDS.items() if word in listed}
    assert set(WORDS.values()) - said == set()


def test_the_glossary_knows_every_state_act_part_and_role() -> None:
    glossary = read("glossary.md")
    terms = [*State, *Act, *Part, *Role]
    assert [term.value for term in terms if f"`{term.value}`" not in glossary] == []


def test_the_card_template_asks_for_what_the_bot_sends() -> None:
    message = Message(title="题", text="文", options=(Option(label="受理", action="a:accept:1"),))
    sent = card_values(message)
    page = read("card-template.md")
    assert re.findall(r"^\| `(\w+)` \| (?:文本|Markdown|对象数组)", page, re.MULTILINE) == list(
        sent
    )
    example = json.loads(re.findall(r"```json\n(\[.*?\])\n```", page, re.DOTALL)[0])
    assert {frozenset(button) for button in example} == {frozenset(json.loads(sent["actions"])[0])}


def test_the_decisions_are_numbered_without_a_gap_and_listed() -> None:
    names = sorted(path.name for path in (DOCS / "adr").glob("0*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    listed = re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", read("adr/README.md"))
    assert listed == names


if __name__ == "__main__":
    FLOWS.write_text(flows_page(), "utf-8")
    LIFE.write_text(_MOVES.sub(moves_table(), LIFE.read_text("utf-8")), "utf-8")
    LIFE.write_text(_RIGHTS.sub(rights_table(), LIFE.read_text("utf-8")), "utf-8")
