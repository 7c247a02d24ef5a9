"""Papers of activities for the tests that read them back."""

from __future__ import annotations

import io
from itertools import groupby
from typing import Any

import docx
from docx.document import Document

from bot.config import load_config
from bot.handouts.making import drawn
from bot.texts import Texts
from flows.registration.handouts import Handout, Told, handout
from flows.registration.issues import Kind, issue
from flows.registration.roll import Roll
from flows.registration.seating import Customs
from tests.flows.registration.rolls import NOW, empty, signed

CONFIG = load_config()
TEXTS = Texts(CONFIG.texts)
GUESTS = "区委书记张三，副区长李四"
HOSTILE = '=HYPERLINK("http://x","点我")'
NAMES = ("欧阳𠮷", "阿卜杜拉·买买提", "王👨‍👩‍👧", "长" * 200, HOSTILE, "＝1+1", "+8613800000000")


def listed(*names: str) -> Roll:
    """Return a list of people of these names."""
    roll = empty(guests=GUESTS, capacity=3000)
    for n, name in enumerate(names, 1):
        told: dict[str, Any] = {"phone": f"1380000{n:04d}", "plate": f"浙B{n:05d}"}
        roll = signed(roll, n, name=name, post="总经理", code=f"{n:06d}", **told)
    return roll


def paper(roll: Roll, kind: Kind, told: Told | None = None) -> Handout:
    return handout(issue(roll, kind, NOW), told or Told(Customs(), full=True))


def again(roll: Roll, kind: Kind) -> Handout:
    """Hand a paper out, put 赵小明 in the first place, and hand it out again."""
    roll = issue(roll, kind, NOW).roll
    first = roll.registrations[1].model_copy(update={"name": "赵小明", "plate": "浙B99999"})
    return paper(roll.put(first), kind)


def word(made: Handout) -> Document:
    return docx.Document(io.BytesIO(drawn(made, TEXTS)))


def paragraphs(document: Document) -> list[str]:
    return [line.text for line in document.paragraphs if line.text]


VML = "{urn:schemas-microsoft-com:vml}"


def shapes(document: Document) -> list[tuple[str, bool]]:
    """Return the text of every line of word art, and whether it stands on its head."""
    return [
        (str(one.get("string")), "rotation:180" in shape.get("style"))
        for shape in document.element.body.iter(f"{VML}shape")
        for one in shape.iter(f"{VML}textpath")
    ]


def halves(document: Document) -> list[tuple[str, bool]]:
    """Return the name of every half, its lines in the order in which they are read."""
    found: list[tuple[str, bool]] = []
    for turned, some in groupby(shapes(document), key=lambda one: one[1]):
        texts = [text for text, _ in some]
        found.append(("".join(reversed(texts) if turned else texts), turned))
    return found
