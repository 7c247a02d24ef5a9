"""The empty sheets of policies and of facts: what they ask for is what is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.channels.base import FetchFault
from bot.config import load_config
from bot.documents.opening import read_document
from bot.handouts.making import Makers
from bot.handouts.policy_sheet import draw_firms, draw_policies
from bot.texts import Texts
from flows.policies.answers import PolicyFacts
from flows.policies.firm_sheet import read_firms
from flows.policies.sheet import COLUMNS, read_sheet
from handlers.policies.files import FACTS_TEMPLATE, TEMPLATE
from tests.flows.policies.notices import NOTES
from tests.sending import Ledgers

CONFIG = load_config()
TEXTS = Texts(CONFIG.texts)
TODAY = date(2026, 11, 24)
SETTINGS = CONFIG.policies.settings()
FACTS = PolicyFacts(TODAY, NOTES, SETTINGS)


def rows(draws: Callable[[Texts, date], bytes]) -> list[tuple[str, ...]]:
    return list(read_document(draws(TEXTS, TODAY), CONFIG.office.documents.caps()).rows)


def test_their_examples_make_nothing_and_every_column_is_understood() -> None:
    policies = read_sheet(rows(draw_policies), FACTS)
    firms = read_firms(rows(draw_firms), TODAY, SETTINGS)
    assert (policies.rows, policies.unused, firms.rows, firms.unused) == ((), (), (), ())
    assert len(rows(draw_policies)[0]) == len(COLUMNS)


def test_a_policy_that_is_filled_in_like_the_example_is_whole() -> None:
    header, example = rows(draw_policies)
    (found,) = read_sheet([header, ("设备更新补助", *example[1:])], FACTS).rows
    assert found.form is not None, (found.missing, found.wrong)
    assert found.open == ()
    assert date.fromisoformat(found.form.closes[:10]) == TODAY + timedelta(days=30)


def test_facts_that_are_filled_in_like_the_example_are_whole() -> None:
    header, example = rows(draw_firms)
    (found,) = read_firms([header, ("恒通紧固件", *example[1:])], TODAY, SETTINGS).rows
    assert found.told.wrong == ()
    assert len(found.told.values) == len(header) - 1


@pytest.mark.parametrize("kind", [TEMPLATE, FACTS_TEMPLATE])
async def test_they_are_made_like_any_file_and_an_order_without_a_day_is_none(kind: str) -> None:
    makers = Makers(TEXTS, Ledgers())
    made = await makers.fetch("robot", f"{kind}{TODAY.isoformat()}", 1)
    assert read_document(made, CONFIG.office.documents.caps()).table
    with pytest.raises(FetchFault):
        await makers.fetch("robot", f"{kind}soon", 1)
