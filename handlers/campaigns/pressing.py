"""Buttons of campaigns "c:ACT:NUMBER[:MORE]", and what is typed about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from flows.campaigns.campaign import OPEN, Campaign, Stage
from flows.campaigns.composing import COMPOSE
from flows.campaigns.moves import Act
from flows.campaigns.reasons import REJECT
from flows.engine.words import Choice, Start
from handlers.campaigns import acting, chosen
from handlers.campaigns.copying import copying
from handlers.campaigns.desk import CORRECT, answers_of, editing
from handlers.campaigns.digest import read_whole
from handlers.campaigns.effect import CHART, TABLE, effect, effects, order
from handlers.campaigns.filling import begin
from handlers.campaigns.leaving_behind import without
from handlers.campaigns.message import button_of
from handlers.campaigns.parts import composes, oversees
from handlers.campaigns.readers import press_reader, received, subscribe, unsubscribe, verify
from handlers.talk import Talk
from handlers.visit import Visit

LISTED = 8

Press = Callable[[Visit, Campaign, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Campaigning:
    """What staff type and press."""

    talk: Talk

    async def compose(self, visit: Visit) -> None:
        """Begin a new campaign: 写推送, with its text or the name of a template behind."""
        if not composes(visit.book, visit.person):
            visit.say("campaign.not_yours")
            return
        name = visit.request.rest
        if not await begin(visit, self.talk, name):
            visit.say("template.correct_how", name=name.strip())
            await self.managed(visit)

    async def managed(self, visit: Visit) -> None:
        """List what is not over, and the latest that are (推送管理)."""
        if not oversees(visit.book, visit.person):
            visit.say("campaign.not_yours")
            return
        found = await visit.book.tx.campaigns.recent(LISTED)
        found = sorted(found, key=lambda one: one.stage not in OPEN)
        if not found:
            visit.say("campaign.none")
            return
        visit.say("campaign.managed", lines=tuple(acting.line(one) for one in found))
        visit.offer(*(Choice(one.draft.title[:20], f"c:view:{one.number}") for one in found[:6]))

    async def press(self, visit: Visit, rest: str) -> None:
        """Do what a button says, held until the commit so that two presses are one."""
        act, number, *more = rest.split(":")
        if act == "read":
            await read_whole(visit, number)
            return
        reader = button_of(act)
        if reader is not None:
            await press_reader(visit, self.talk, reader, number)
            return
        one = await visit.book.writing.campaigns.hold(number)
        press = self._presses().get(act)
        if one is None or press is None:
            visit.say("campaign.unknown")
            return
        if not oversees(visit.book, visit.person):
            visit.say("campaign.not_yours")
            return
        await press(visit, one, more[0] if more else "")

    def _presses(self) -> Mapping[str, Press]:
        stops = {one.value: partial(_stop, what=one) for one in _STOPS}
        steps = {one.value: partial(_go_on, what=one) for one in (Act.RESUME,)}
        return {
            **stops,
            **steps,
            "view": _plain(acting.show),
            "report": _plain(acting.show),
            "effect": _plain(effect),
            "effect_table": partial(_order, form=TABLE),
            "effect_chart": partial(_order, form=CHART),
            "recall": _plain(acting.take_back),
            "submit": _plain(acting.submit),
            "test": _plain(acting.try_out),
            "who": _plain(acting.who),
            "approve": _approve,
            "approve_now": partial(_approve, past_quiet=True),
            "clear": _clear,
            "resend": chosen.resend,
            "arrived": chosen.arrived,
            "pass": acting.let_pass,
            "without": _plain(without),
            "reject": self._reject,
            "edit": self._edit,
            "copy": self._copy,
            "correct": self._correct,
        }

    async def _reject(self, visit: Visit, one: Campaign, more: str) -> None:
        await self.talk.open(visit, REJECT.name, Start(), f"{one.number}:{more or one.version}")

    async def _edit(self, visit: Visit, one: Campaign, more: str) -> None:
        if one.stage not in {Stage.DRAFT, Stage.PENDING, Stage.APPROVED}:
            visit.say("campaign.too_late_to_edit")
            return
        given = answers_of(one.draft)
        start = Start(given=given, files=one.draft.files)
        await self.talk.open(visit, COMPOSE.name, start, editing(one))

    async def _copy(self, visit: Visit, one: Campaign, more: str) -> None:
        given = answers_of(one.draft)
        kept = {name: value for name, value in given.items() if name not in {"send", "until"}}
        start = Start(given=kept, files=one.draft.files)
        await self.talk.open(visit, COMPOSE.name, start, copying(one))

    async def _correct(self, visit: Visit, one: Campaign, more: str) -> None:
        """Write a 更正通知 to just those who got it."""
        visit.say("campaign.correct_how", title=one.draft.title)
        await begin(visit, self.talk, subject=f"{CORRECT}{one.number}")


def campaign_commands(talk: Talk) -> Mapping[str, Callable[[Visit], Awaitable[None]]]:
    """Return what typed words about campaigns do."""
    office = Campaigning(talk)
    return {
        "compose": office.compose,
        "campaigns": office.managed,
        "effects": effects,
        "received": received,
        "verify_code": verify,
        "unsubscribe": unsubscribe,
        "subscribe": subscribe,
    }


async def press_campaign(visit: Visit, talk: Talk, rest: str) -> None:
    """Do what a button of a campaign says."""
    await Campaigning(talk).press(visit, rest)


_STOPS = (Act.PAUSE, Act.CANCEL, Act.WITHDRAW)


def _plain(done: Callable[[Visit, Campaign], Awaitable[None]]) -> Press:
    async def press(visit: Visit, one: Campaign, more: str) -> None:
        await done(visit, one)

    return press


async def _stop(visit: Visit, one: Campaign, more: str, *, what: Act) -> None:
    await acting.stop(visit, one, what)


async def _order(visit: Visit, one: Campaign, more: str, *, form: str) -> None:
    await order(visit, one, form)


async def _go_on(visit: Visit, one: Campaign, more: str, *, what: Act) -> None:
    await acting.go_on(visit, one, what)


async def _approve(visit: Visit, one: Campaign, more: str, *, past_quiet: bool = False) -> None:
    if not more.isdecimal():  # of which version is not said: it is read first
        visit.say("campaign.read_first")
        await acting.show(visit, one)
        return
    await acting.approve(visit, one, int(more), past_quiet=past_quiet)


async def _clear(visit: Visit, one: Campaign, more: str) -> None:
    await acting.clear(visit, one, frozenset({int(more)} if more.isdecimal() else ()))


__all__ = ["Campaigning", "campaign_commands", "press_campaign"]
