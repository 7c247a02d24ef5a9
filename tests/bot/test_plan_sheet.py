"""The empty plan (活动计划表): what it asks for is what is read, and it says how."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from bot.channels.base import FetchFault
from bot.config import load_config
from bot.documents.opening import read_document
from bot.handouts.making import Makers
from bot.handouts.plan_sheet import draw_plan
from bot.texts import Texts
from flows.registration.plan_sheet import COLUMNS, read_plan
from flows.registration.planning import PlanFacts
from handlers.registration.documents import TEMPLATE
from tests.flows.cases import OFFICE
from tests.sending import Ledgers
from tests.stage import MORNING

CONFIG = load_config()
TEXTS = Texts(CONFIG.texts)
TODAY = MORNING.date()
MADE = draw_plan(TEXTS, TODAY + timedelta(days=30))
FACTS = PlanFacts(TODAY, OFFICE.days, CONFIG.events.templates())


def rows() -> list[tuple[str, ...]]:
    return list(read_document(MADE, CONFIG.office.documents.caps()).rows)


def test_its_example_makes_no_activity() -> None:
    assert read_plan(rows(), FACTS).rows == ()


def test_every_column_of_it_is_understood() -> None:
    header, example = rows()
    assert read_plan([header, example], FACTS).unused == ()
    assert len(header) == len(example) == len(COLUMNS)


def test_what_is_filled_in_like_the_example_is_complete() -> None:
    header, example = rows()
    (found,) = read_plan([header, ("面对面", *example[1:])], FACTS).rows
    assert found.form is not None
    assert (found.form.name, found.form.capacity) == ("面对面", 40)
    assert found.form.ends_at - found.form.starts_at == timedelta(hours=2, minutes=30)


def test_the_second_sheet_explains_every_column() -> None:
    notes = load_workbook(io.BytesIO(MADE)).worksheets[1]
    named = [str(row[0]) for row in notes.iter_rows(min_row=2, values_only=True)]
    assert named == [words[0] for words in COLUMNS.values()]


async def test_it_is_made_like_any_other_file() -> None:
    makers = Makers(TEXTS, Ledgers())
    made = await makers.fetch("", f"{TEMPLATE}{date(2026, 12, 24).isoformat()}", 1)
    assert load_workbook(io.BytesIO(made)).sheetnames == ["活动计划", "填写说明"]
    with pytest.raises(FetchFault):
        await makers.fetch("", f"{TEMPLATE}soon", 1)
