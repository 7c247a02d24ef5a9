"""The benchmark's form as a flow of ours, and the desk that files it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.engine.flow import Flow, State, Step
from flows.engine.words import Choice, Refused, Submit
from handlers.desk import Desk
from handlers.visit import Visit
from tests.bench.script import CATEGORIES, DONE, LONGEST, PROMPTS, WRONG, YES

SUBJECT = "bench:"  # of the history; what follows is the arrival that filed the form
Plain = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


class BenchForm(BaseModel):
    """One form, complete and valid."""

    model_config = ConfigDict(frozen=True)

    name: Plain
    company: Plain
    phone: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^1[3-9]\d{9}$")]
    category: Literal["融资", "用工", "用地", "审批", "其他"]
    detail: Plain


_CHOICES = tuple(Choice(name, name) for name in CATEGORIES)

# It answers to the word that opens a report.
FLOW: Flow[BenchForm, None] = Flow(
    name="report",
    form=BenchForm,
    steps=(
        Step("name", alone=True),
        Step("company", alone=True),
        Step("phone", alone=True),
        Step("category", alone=True, choices=lambda answers, facts: _CHOICES),
        Step("detail", alone=True),
    ),
)
TEXTS = {
    "report.review": PROMPTS["confirm"],
    "report.done": DONE,
    **{f"report.{step.field}.ask": PROMPTS[step.field] for step in FLOW.steps},
    **{f"report.{step.field}.label": step.field for step in FLOW.steps},
    **{f"report.{step.field}.invalid": WRONG for step in FLOW.steps},
}


@dataclass(frozen=True, slots=True)
class BenchDesk:
    """Writes each form into the history, whence it can be read again."""

    flow: Flow[Any, Any] = FLOW

    def facts(self, visit: Visit, state: State) -> None:
        """Know nothing."""

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that the form always leads somewhere."""
        return False

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep the form as the personal value of one line of history."""
        told = {**submit.form.model_dump(), "confirm": YES}
        visit.book.entries.append(
            visit.record(
                f"{SUBJECT}{visit.filed.id}",
                "file",
                "reporter",
                personal={"form": json.dumps(told, ensure_ascii=False)},
            )
        )
        visit.say("report.done")
        return None


DESKS: dict[str, Desk] = {FLOW.name: BenchDesk()}
