"""How a page words things: the catalogue's texts in plain characters, and the templates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.markup import visible
from bot.texts import Texts
from flows.engine.words import Key, Line, Say
from handlers.link import Gate
from handlers.ports import Text
from handlers.sheet import DueLine, Field, Form, Sheet

HERE = Path(__file__).parent
STYLE = HERE / "style.css"

FIXED = (
    "page.app",
    "page.open",
    "page.open_hint",
    "page.code",
    "page.enter",
    "page.more",
    "page.send",
    "page.why",
    "page.late",
    "page.provisional",
    "page.file",
    "page.nothing",
    "page.login",
    "page.call",
    "page.valid",
    "page.before",
    "page.optional",
    "page.urgent",
    "page.other_one",
    "page.add_files",
)
"""Words of the templates that have no blanks, by the name behind the dot."""

CLOSED: Mapping[Gate, str] = {
    Gate.BROKEN: "page.broken",
    Gate.REVOKED: "page.revoked",
    Gate.EXPIRED: "page.expired",
}

_BODY, _PHONE = "report.body.label", "report.phone.label"
LONG = 66  # characters of a problem that are three lines on a phone; a longer one is folded
SHOWN = 3  # acts that get a button; the others stand behind 更多


class Words(Texts):
    """The catalogue for a page: HTML escapes by itself, so that typed text stays as it is."""

    def render(self, text: Text) -> str:
        """Fill the blanks."""
        return self._fill(text.key, text.params).strip()

    def say(self, said: Say) -> str:
        """Word what a form says."""
        return self.render(Text(said.key, said.params))

    def _value(self, key: str, blank: str, value: object) -> str:
        if isinstance(value, str) and not isinstance(value, Key):
            return "\n".join(visible(line) for line in value.splitlines())
        return super()._value(key, blank, value)

    def word(self, value: object) -> str:
        """Word one value by itself."""
        return self._value("page", "value", value)


class Templates:
    """The pages as HTML."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._fixed = {key.partition(".")[2]: words.render(Text(key)) for key in FIXED}

    def page(self, name: str, **values: Any) -> str:
        """Render one template."""
        return self._environment.get_template(name + ".html").render(w=self._fixed, **values)

    def case(self, sheet: Sheet) -> Mapping[str, Any]:
        """Put a case into words."""
        word = self._words.word
        return {
            "number": sheet.number,
            "unit": sheet.unit,
            "state": word(sheet.state),
            "category": sheet.category,
            "urgent": sheet.urgent,
            "what": (what := self._what(sheet)),
            "long": len(what) > LONG,
            "lines": [self._line(line) for line in sheet.lines if not _is_body(line)],
            "dues": [self._due(one) for one in sheet.dues],
            "forms": [self._form(one) for one in sheet.forms],
            "files": sheet.files,
            "office": sheet.office,
            "phone": sheet.phone,
            "until": word(sheet.link.expires_at),
        }

    def _what(self, sheet: Sheet) -> str:
        """Word the problem, which stands above everything else and nowhere again."""
        told = (
            self._words.word(x.value) for x in sheet.lines if isinstance(x, Line) and _is_body(x)
        )
        return next(told, "")

    def _line(self, line: Line | Text) -> Mapping[str, str]:
        if isinstance(line, Line):
            label, value = self._words.word(line.label), self._words.word(line.value)
            return {"label": label, "value": value, "dial": dial(line, value)}
        label, colon, value = (told := self._words.render(line)).partition("：")
        found = (label, value) if colon else ("", told)
        return {"label": found[0], "value": found[1], "dial": ""}

    def _due(self, one: DueLine) -> Mapping[str, Any]:
        return {
            "label": self._words.word(one.label),
            "at": self._words.word(one.at),
            "late": one.late,
            "provisional": one.provisional,
            "why": self._words.render(one.why),
        }

    def _form(self, form: Form) -> Mapping[str, Any]:
        return {
            "word": form.word,
            "label": self._words.word(form.label),
            "note": self._note(form.note),
            "files": form.files,
            "fields": [self._field(one) for one in form.fields],
        }

    def _note(self, note: Text | None) -> str:
        lines = self._words.render(note).splitlines() if note else ()
        return "\n".join(line for line in lines if line.strip())

    def _field(self, one: Field) -> Mapping[str, Any]:
        word = self._words.word
        return {
            "name": one.name,
            "label": word(one.label),
            "ask": word(one.ask),
            "kind": one.kind,
            "required": one.required,
            "choices": [(choice.value, word(choice.label)) for choice in one.choices],
            "free": one.free,
            "value": one.value,
        }


def _is_body(line: Line | Text) -> bool:
    return isinstance(line, Line) and line.label == _BODY


def dial(line: Line, value: str) -> str:
    """Return what a phone dials for the enterprise's number: 首联 is one touch away."""
    digits = value.replace("-", "").replace(" ", "")
    return digits if line.label == _PHONE and digits.isdigit() else ""
