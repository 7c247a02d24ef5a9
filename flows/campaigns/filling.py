"""The conversation before a campaign is written: from which template, and what fills its blanks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.campaigns.composing import BLANKS, NONE
from flows.campaigns.templates import MOST_BLANKS, Template
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice

Value = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class TemplateForm(BaseModel):
    """A template by its name, or a text that was pasted instead; and what fills each blank."""

    model_config = ConfigDict(frozen=True)

    which: Annotated[str, StringConstraints(strip_whitespace=True, max_length=6200)]
    b1: Value = ""
    b2: Value = ""
    b3: Value = ""
    b4: Value = ""
    b5: Value = ""
    b6: Value = ""

    def values(self, template: Template) -> Mapping[str, str]:
        """Return what was told for each blank of the template; a skipped one is left out."""
        told = (getattr(self, f"b{n}") for n in range(1, MOST_BLANKS + 1))
        pairs = zip(template.blanks, told, strict=False)
        return {name: value for name, value in pairs if value}


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """The templates that are offered."""

    templates: tuple[Template, ...]

    def named(self, name: str) -> Template | None:
        """Return a template by its name; a pasted text names none."""
        return next((one for one in self.templates if one.name == name), None)


def answers(template: Template, form: TemplateForm) -> dict[str, str]:
    """Return what a filled template answers of the form of a campaign."""
    title, body = template.filled(form.values(template))
    given = {
        "headline": title,
        "body": body,
        "buttons": ",".join(one.value for one in template.buttons) or NONE,
        "remind": "yes" if template.remind else "no",
        "mandatory": "yes" if template.mandatory else "no",
    }
    return given | ({"topic": template.topic} if template.topic else {})


def _step(place: int) -> Step[TemplateFacts]:
    """Make the step of the blank in a place."""

    def blank(known: Answers, facts: TemplateFacts) -> tuple[Template, str] | None:
        template = facts.named(known.get("which", ""))
        if template is None or place > len(template.blanks):
            return None
        return template, template.blanks[place - 1]

    def tells(known: Answers, facts: TemplateFacts) -> Mapping[str, Any]:
        found = blank(known, facts)
        if found is None:
            return {"blank": "", "sample": "", "n": place, "of": place}
        template, name = found
        sample = template.sample.get(name, "")
        return {"blank": name, "sample": sample, "n": place, "of": len(template.blanks)}

    return Step(
        f"b{place}",
        words=(f"第{place}个空",),
        when=lambda known, facts: blank(known, facts) is not None,
        tells=tells,
        optional=True,
        alone=True,
    )


FILL: Flow[TemplateForm, TemplateFacts] = Flow(
    name="template",
    form=TemplateForm,
    review=False,  # the form of the campaign shows it whole
    steps=(
        Step(
            "which",
            words=("模板",),
            choices=lambda known, facts: tuple(
                Choice(one.name, one.name) for one in facts.templates
            ),
            tells=lambda known, facts: {"blanks": "、".join(f"${{{one}}}" for one in BLANKS)},
            strict=False,
        ),
        *(_step(place) for place in range(1, MOST_BLANKS + 1)),
    ),
)

__all__ = ["FILL", "TemplateFacts", "TemplateForm", "answers"]
