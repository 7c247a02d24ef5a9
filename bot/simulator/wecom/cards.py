"""Template cards: what the platform takes, and what each member sees of one (path/90236, 94945)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

BAD_ARGUMENT, NO_TITLE, NO_ACTION, BAD_TASK = 40058, 41016, 42045, 42014
BUTTONS, LABEL, KEY, PAIRS, JUMPS = 6, 10, 1024, 6, 3
CODE_LIVES = timedelta(hours=72)
WITH_BUTTONS, NOTICES = "button_interaction", ("text_notice", "news_notice")
TASK = re.compile(r"[A-Za-z0-9_\-@]{1,128}")
_LISTS = frozenset({"button_list", "horizontal_content_list", "jump_list"})
Face = Mapping[str, Any]


@dataclass(slots=True)
class Card:
    """A card as one member sees it now."""

    face: Face
    replaced: str = ""  # grey words where its buttons were

    @property
    def task_id(self) -> str:
        """Its id; empty = it has none."""
        return str(self.face.get("task_id", ""))

    @property
    def buttons(self) -> dict[str, str]:
        """What can be pressed: label by key."""
        if self.replaced:
            return {}
        return {str(one["key"]): str(one["text"]) for one in self.face.get("button_list", ())}

    def text(self) -> str:
        """Return what it says, in lines."""
        title = self.face.get("main_title", {})
        lines = [title.get("title", ""), title.get("desc", ""), self.face.get("sub_title_text", "")]
        lines += [
            f"{pair['keyname']}：{pair.get('value', '')}"
            for pair in self.face.get("horizontal_content_list", ())
        ]
        return "\n".join(str(line) for line in lines if line)


@dataclass(slots=True)
class Codes:
    """Which response codes may still change which card; each once, within 72 hours."""

    given: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def give(self, code: str, task_id: str, now: datetime) -> None:
        """Note a code."""
        self.given[code] = (task_id, now)

    def take(self, code: str, now: datetime) -> str | None:
        """Use a code up; return the card's task id, None = the code changes nothing."""
        found = self.given.pop(code, None)
        if found is None or now - found[1] > CODE_LIVES:
            return None
        return found[0]


def fault_of(face: Face) -> int:
    """Return the code that a card is refused with; 0 = it is taken."""
    kind, title = face.get("card_type"), face.get("main_title", {}).get("title")
    if kind in NOTICES:
        if not title and not face.get("sub_title_text"):
            return NO_TITLE
        if not face.get("card_action"):
            return NO_ACTION
    elif kind == WITH_BUTTONS:
        if not title:
            return NO_TITLE
        if not _pressable(face):
            return BAD_ARGUMENT
    else:
        return BAD_ARGUMENT
    if "task_id" in face and not TASK.fullmatch(str(face["task_id"])):
        return BAD_TASK
    pairs, jumps = face.get("horizontal_content_list", ()), face.get("jump_list", ())
    whole = len(pairs) <= PAIRS and len(jumps) <= JUMPS and all(p.get("keyname") for p in pairs)
    return 0 if whole else BAD_ARGUMENT


def _pressable(face: Face) -> bool:
    buttons = face.get("button_list", ())
    keys = {button.get("key") for button in buttons}
    return (
        "task_id" in face
        and 0 < len(buttons) <= BUTTONS
        and len(keys) == len(buttons)
        and all(
            0 < len(button.get("text", "")) <= LABEL
            and 0 < len(button.get("key", "").encode()) <= KEY
            for button in buttons
        )
    )


def read_face(xml: str) -> Face:
    """Return the card of a passive answer as it is written in JSON (path/90241)."""
    # The bot's own words, inside a seal that was checked.
    root = ElementTree.fromstring(xml)  # noqa: S314
    found = root.find("TemplateCard")
    face = {} if found is None else _value(found)
    return face if isinstance(face, dict) else {}


def _value(element: ElementTree.Element) -> Any:
    if len(element) == 0:
        return element.text or ""
    told: dict[str, Any] = {}
    for child in element:
        name = _name(child.tag)
        if name in _LISTS:
            told.setdefault(name, []).append(_value(child))
        else:
            told[name] = _value(child)
    return told


def _name(tag: str) -> str:
    return "keyname" if tag == "KeyName" else re.sub(r"(?<!^)(?=[A-Z])", "_", tag).lower()
