"""The catalogue and the code: every key the code can name exists, with the blanks it is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.config import load_config
from bot.ledger.sheet import COLUMNS
from bot.texts import Texts
from flows.engine.flow import Flow, Step
from flows.outreach.record import ASKED, BEEN
from flows.people.pairing import Refusal
from flows.tickets.acting import Act
from flows.tickets.case import Outcome, State
from flows.tickets.causes import CAUSES
from flows.tickets.children import RestReason, Satisfaction
from flows.tickets.clocks import Clock
from flows.tickets.desk import Waits
from flows.tickets.forms.answer import RESULTS
from flows.tickets.ladder import Rung
from flows.tickets.moves import MOVES
from flows.tickets.parts import Part
from flows.tickets.sources import EVENT, VISIT
from flows.tickets.state import Tier
from handlers import DESKS
from handlers.above import MEETINGS, SAID
from handlers.acts import OFFERED
from handlers.campaigns.words import CAMPAIGN_WORDS
from handlers.desks import OURS
from handlers.digests import KINDS as LINES
from handlers.inside import NOTES as INSIDE
from handlers.pairing.words import PAIRING_WORDS
from handlers.person import Role
from handlers.policies.words import POLICY_WORDS
from handlers.registration.words import EVENT_WORDS
from handlers.view import TOLD
from handlers.words import ENGINE_WORDS, WORDS
from tests.campaign_texts import CAMPAIGN_KEYS, CAMPAIGN_OBJECTIONS
from tests.effect_texts import EFFECT_KEYS
from tests.event_texts import EVENT_KEYS, OBJECTIONS
from tests.policy_texts import POLICY_KEYS, POLICY_OBJECTIONS

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("private", "group", "deaf", "customers")  # where choices are worded
WORDED = load_config().texts
CATALOGUE = Texts(WORDED)
STEMS = {key.partition(".")[0] for key in CATALOGUE.keys}
FLOWS = [desk.flow for desk in DESKS.values()]

_KEY = re.compile(r"[a-z_]+(\.[a-zA-Z_]+)+")
# What seals the records, plays or speaks to a platform has names of its own.
_APART = ("bot/storage/", "bot/channels/", "bot/simulator/")
_SAYS = {"say", "tell"}  # methods: key, then blanks by name or as a mapping
_NAMES = {"Text", "Say", "Key", "Refusal", "Sentence"}  # constructors: key, then a mapping


@dataclass(frozen=True)
class Use:
    """One place of the code that names a text and what it puts into the blanks."""

    where: str
    key: str
    given: frozenset[str] | None  # None: not to be seen from here


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ("flows", "handlers", "bot"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(_APART):
                yield name, ast.parse(path.read_text("utf-8"))


MODULES = dict(_modules())


def _literals() -> Iterator[tuple[str, str]]:
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                key = node.value
                if _KEY.fullmatch(key) and key.partition(".")[0] in STEMS:
                    yield f"{name}:{node.lineno}", key


def _formatted() -> Iterator[tuple[str, str]]:
    """Give the f-strings that look like keys, with § for each value."""
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = (v.value if isinstance(v, ast.Constant) else "§" for v in node.values)
                shape = "".join(map(str, parts))
                known = shape.partition(".")[0] in STEMS | {"§"}
                if known and re.fullmatch(r"[a-z_§]+(\.[a-zA-Z_§]+)+", shape):
                    yield f"{name}:{node.lineno}", shape


def _given(call: ast.Call) -> frozenset[str] | None:
    given: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is None:
            return None
        given.add(keyword.arg)
    for mapping in call.args[1:2]:
        if not isinstance(mapping, ast.Dict):
            return None
        for key in mapping.keys:
            if not isinstance(key, ast.Constant):
                return None
            given.add(str(key.value))
    return frozenset(given)


def _uses() -> Iterator[Use]:
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            made = node.func.id if isinstance(node.func, ast.Name) else ""
            first = node.args[0]
            named = method in _SAYS or made in _NAMES
            if named and isinstance(first, ast.Constant) and _KEY.fullmatch(str(first.value)):
                given = frozenset[str]() if made == "Key" else _given(node)
                yield Use(f"{name}:{node.lineno}", str(first.value), given)


# What the words of handlers.notices fill in by themselves, and where the key stands.
_GENERAL = {"number", "category", "state", "urgent"}
_NOTICES: Mapping[str, tuple[int, set[str]]] = {
    "to_desk": (2, _GENERAL),
    "to_leaders": (2, _GENERAL),
    "close_group_cards": (2, _GENERAL),
    "to_reporter": (2, {"number"}),
    "to_heads": (2, {"number"}),
    "to_member": (3, {"number"}),
    "to_owner": (2, {"number"}),
    "to_unit": (3, {"number", "unit", "state", "reason"}),
    "tell_unit": (3, {"number"}),
    "_holders": (2, {"number", "state"}),  # either a department or the desk
}


def _notices() -> Iterator[Use]:
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            at, filled = _NOTICES.get(node.func.id, (0, set()))
            if at and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                named = {keyword.arg for keyword in node.keywords if keyword.arg}
                key = node.args[at]
                assert isinstance(key, ast.Constant)
                yield Use(f"{name}:{node.lineno}", str(key.value), frozenset(filled | named))


def _guards() -> Iterator[Use]:
    """Find what the guards say: `no("key", blank=…)`."""
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "no" and node.args:
                key = node.args[0]
                assert isinstance(key, ast.Constant), f"{name}:{node.lineno}"
                given = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                yield Use(f"{name}:{node.lineno}", f"ticket.refused.{key.value!s}", given)


USES = [*_uses(), *_notices(), *_guards()]
# What `refuse` puts into every refusal's text.
REFUSAL_BLANKS = frozenset({"number", "short", "state", "phone"})

COMMANDS = {
    *("search", "several", "ledger"),
    *("menu", "yes", "thanks", "report", "progress", "desk", "search", "human", "callback", "bind"),
    *("redeem", "invite", "verify", "unverify", "record", "called", "show", "grant", "revoke"),
    *("group", "rates", "led_list", "instructions", "calm", "uncalm", "unbind"),
    *("deregister", "reinstate"),
    *EVENT_WORDS.values(),
    *CAMPAIGN_WORDS.values(),
    *POLICY_WORDS.values(),
    *PAIRING_WORDS.values(),
    *("outreach", "outreach_counts", "fix_outreach", "drop_outreach"),
    *("deputy", "end_deputy", "whoami"),
}
# Words that are done on a ticket: `case.which` names them, buttons carry them.
ACT_WORDS = (set(WORDS.values()) - COMMANDS - ENGINE_WORDS - {"rate"}) | {"progress"}
LETTERS = (Rung.SUPERVISED, Rung.LETTER, Rung.CONFERENCE)
TASK_VERBS = ("show", "verify", "unverify", "record", "called")
SECTIONS = ("emergency", "overdue", "today", "later", *(name for name, _ in OURS))
KINDS = ("binding", "callback")


def _steps(*, switch: bool = False) -> Iterator[tuple[Flow[Any, Any], Step[Any]]]:
    for flow in FLOWS:
        for step in flow.steps:
            if step.switch is switch:
                yield flow, step


def _name_of(part: Flow[Any, Any] | Step[Any]) -> str:
    return part.name if isinstance(part, Flow) else part.field


def _several(flow: Flow[Any, Any]) -> bool:
    plain = [s for s in flow.steps if not (s.alone or s.gathers or s.switch)]
    # `reply` asks its text alone and offers choices for the outcome.
    return len(plain) > 1


_CLOCK = frozenset({Part.SYSTEM})  # by whom nobody is told that it was done


def _expansions() -> Mapping[str, set[str]]:
    acts = {act.value for act in Act}
    chosen = {act.value for (_, act), planned in MOVES.items() if planned.parts != _CLOCK}
    return {
        **EVENT_KEYS,
        **CAMPAIGN_KEYS,
        **POLICY_KEYS,
        **EFFECT_KEYS,
        "act.§": {f"act.{name}" for name in acts | ACT_WORDS | set(OFFERED.values())},
        "acted.§": {f"acted.{name}" for name in chosen},
        "card.§": {f"card.{name}" for name in chosen},
        "ledger.column.§": {f"ledger.column.{name}" for name, _ in COLUMNS},
        "ledger.limit.§": {f"ledger.limit.{unit}" for unit in ("wd", "wh", "h", "on")},
        "ledger.rated.§": {f"ledger.rated.{one.value}" for one in Satisfaction},
        "ledger.rung.§": {f"ledger.rung.{rung}" for rung in range(1, 5)},
        "desk.waits.§": {f"desk.waits.{waits.value}" for waits in Waits},
        "desk.section.§": {f"desk.section.{name}" for name in SECTIONS},
        "desk.task.§": {f"desk.task.{kind}" for kind in KINDS},
        "state.§": {f"state.{state.value}" for state in State},
        "seen.§": {f"seen.{state.value}" for state in State},
        "todo.§": {f"todo.{state.value}" for state in State},
        "tier.§": {f"tier.{tier.value}" for tier in Tier},
        "explain.§": {f"explain.{one}" for one in ("workdays", "worked_hours", "hours", "day")},
        "explain.clock.§": {f"explain.clock.{clock.value}" for clock in Clock},
        "digest.§": {f"digest.{kind}" for kind in LINES},
        "pairing.refused.§": {f"pairing.refused.{reason.value}" for reason in Refusal},
        "whoami.role.§": {f"whoami.role.{role.value}" for role in Role},
        "ladder.clock.§": {f"ladder.clock.{clock.value}" for clock in Clock},
        "ladder.why.§": {f"ladder.why.{why}" for why in (*Clock, *CAUSES)},
        "supervise.level.§": {f"supervise.level.{rung.name.lower()}" for rung in LETTERS},
        "ladder.kind.§": {f"ladder.kind.{rung.name.lower()}" for rung in LETTERS},
        "ladder.letter.§": {f"ladder.letter.{rung.name.lower()}" for rung in LETTERS},
        "rest.§": {f"rest.{reason.value}" for reason in RestReason},
        "outcome.§": {f"outcome.{outcome.value}" for outcome in Outcome},
        "note.§": {f"note.{kind}" for kind in (*TOLD, *INSIDE, *MEETINGS, *SAID)},
        "note.source.§": {f"note.source.{kind}" for kind in (VISIT, EVENT)},
        "outreach.mode.§": {f"outreach.mode.{mode}" for mode in (BEEN, ASKED)},
        "rating.§": {f"rating.{rating.value}" for rating in Satisfaction},
        "try.§": {f"try.{result}" for result in RESULTS},
        "ticket.refused.§": {use.key for use in _guards()},
        "ticket.missing.§": {f"ticket.missing.{one}" for one in ("date", "office", "phone")},
        "task.§": {f"task.{verb}" for verb in TASK_VERBS},
        "task.§.group": {f"task.{kind}.group" for kind in KINDS},
        "task.§.title": {f"task.{kind}.title" for kind in KINDS},
        "task.§.told": {f"task.{kind}.told" for kind in KINDS},
        "§.typed.§": {
            *(f"act.typed.{name}" for name in ACT_WORDS),
            *(f"task.typed.{verb}" for verb in TASK_VERBS),
        },
        "door.§.head": {f"door.{where}.head" for where in ("deaf", "customers")},
        "door.§.numbers": {f"door.{where}.numbers" for where in PLACES},
        "door.§.typed": {f"door.{where}.typed" for where in PLACES},
        "file.§": {f"file.{reason}" for reason in ("too_big", "forbidden", "locked", "gone")},
        "file.kind.§": {f"file.kind.{k}" for k in ("picture", "file", "audio", "video")},
        "§.title": {f"{flow.name}.title" for flow in FLOWS},
        "§.cancelled": {f"{flow.name}.cancelled" for flow in FLOWS},
        "§.missing": {f"{flow.name}.missing" for flow in FLOWS if _several(flow)},
        "§.review": {f"{flow.name}.review" for flow in FLOWS if flow.review},
        "§.§.label": {f"{flow.name}.{step.field}.label" for flow, step in _steps()},
        "§.§.ask": {f"{flow.name}.{step.field}.ask" for flow, step in _steps()},
        "§.§.more": {f"{f.name}.{s.field}.more" for f, s in _steps() if s.gathers},
        "§.§.§": {
            *(f"{flow.name}.{step.field}.invalid" for flow, step in _steps()),
            *OBJECTIONS,
            *CAMPAIGN_OBJECTIONS,
            *POLICY_OBJECTIONS,
            "dispatch.supports.lead_supports",
            *("outreach.enterprise.filed", "outreach.day.future", "outreach.day.old"),
            *("binding.enterprise.gone", "deregister.enterprise.unknown"),
            *(f"outreach.problems.{name}" for name in ("short", "long", "onward", "other")),
            *("reply.planned_on.past", "stage.next_on.past", "as_stage.next_on.past"),
            "instruct.who.outside",
            *("return.suggested.own", "rule_moved.unit.own", "rule_moved.unit.back"),
            *(
                f"{flow.name}.{step.field}.{way}"
                for flow, step in _steps(switch=True)
                for way in ("toggle_on", "toggle_off")
            ),
        },
    }


EXPANSIONS = _expansions()
# Shapes that only look like keys: file names, error codes, the catalogue's own loader.
OTHER_SHAPES = {"§.§", "§.§.tmp", "§.toml", "§.last"}
NEEDED = {key for _, key in _literals()} | set().union(*EXPANSIONS.values())
NEEDED |= {use.key for use in USES}


@pytest.mark.parametrize(("where", "key"), sorted(set(_literals())))
def test_a_key_named_in_the_code_exists(where: str, key: str) -> None:
    assert key in CATALOGUE.keys, where


@pytest.mark.parametrize(("where", "shape"), sorted(set(_formatted())))
def test_every_way_to_make_up_a_key_is_known_here(where: str, shape: str) -> None:
    assert shape in EXPANSIONS or shape in OTHER_SHAPES, where


@pytest.mark.parametrize("key", sorted(set().union(*EXPANSIONS.values())))
def test_every_key_that_can_be_made_up_exists(key: str) -> None:
    assert key in CATALOGUE.keys


@pytest.mark.parametrize("key", sorted(CATALOGUE.keys))
def test_no_text_is_left_that_nothing_names(key: str) -> None:
    # A switch is flipped by its button and never named, asked or refused.
    switches = {f"{flow.name}.{step.field}" for flow, step in _steps(switch=True)}
    assert key in NEEDED or key.rpartition(".")[0] in switches


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.where}-{use.key}")
def test_a_text_gets_every_blank_it_has(use: Use) -> None:
    given = use.given
    if use.key.startswith(("ticket.refused.", "paper.refused.", "paper.lacking.")):
        given = REFUSAL_BLANKS | (given or frozenset())
    if given is not None:
        assert CATALOGUE.blanks(use.key) <= given, use.where


def test_the_code_was_read() -> None:
    assert len(USES) > 100
    assert len(list(_formatted())) > 30


# The flows' own texts --------------------------------------------------------------------------


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_the_texts_of_a_flow_have_the_blanks_the_engine_fills(flow: Flow[Any, Any]) -> None:
    assert not CATALOGUE.blanks(f"{flow.name}.title")
    assert not CATALOGUE.blanks(f"{flow.name}.cancelled")
    if _several(flow):
        assert CATALOGUE.blanks(f"{flow.name}.missing") == {"missing"}
    for step in flow.steps:
        name = f"{flow.name}.{step.field}"
        if step.switch:
            assert not CATALOGUE.blanks(f"{name}.toggle_on")
            assert not CATALOGUE.blanks(f"{name}.toggle_off")
            continue
        assert not CATALOGUE.blanks(f"{name}.label")
        if step.tells is Step("x").tells and step.asks is Step("x").asks:
            assert not CATALOGUE.blanks(f"{name}.ask")
        assert CATALOGUE.blanks(f"{name}.invalid") <= {"given"}
        if step.gathers:
            assert CATALOGUE.blanks(f"{name}.more") <= {"files"}


@pytest.mark.parametrize(("flow", "step"), list(_steps()), ids=_name_of)
def test_a_step_that_can_be_corrected_is_called_by_the_name_it_is_shown_under(
    flow: Flow[Any, Any], step: Step[Any]
) -> None:
    correctable = flow.review or len(flow.steps) > 1
    correctable &= step.asks is Step("x").asks  # else it is shown under the office's own words
    label = WORDED[f"{flow.name}.{step.field}.label"]
    assert not correctable or label in step.words


@pytest.mark.parametrize("key", sorted(k for k in CATALOGUE.keys if k.startswith("act.typed.")))
def test_what_is_told_to_be_typed_is_understood(key: str) -> None:
    typed = WORDED[key]
    assert CATALOGUE.blanks(key) == {"number"}
    word = typed.partition(" ")[0]
    assert WORDS[word] == key.rpartition(".")[2]


@pytest.mark.parametrize("key", sorted(k for k in CATALOGUE.keys if k.startswith("task.typed.")))
def test_what_is_told_to_be_typed_for_a_task_is_understood(key: str) -> None:
    word = WORDED[key].partition(" ")[0]
    assert WORDS[word] == key.rpartition(".")[2]


@pytest.mark.parametrize("key", sorted(k for k in CATALOGUE.keys if not k.startswith("report.")))
def test_a_text_has_at_most_six_lines(key: str) -> None:
    assert WORDED[key].count("\n") < 6
