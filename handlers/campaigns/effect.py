"""效果报告: how a campaign worked, in a few lines, as a spreadsheet and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.campaigns.campaign import UNDER_WAY, Button, Campaign, Stage
from flows.campaigns.effect import best_hour
from flows.engine.words import Choice, Key
from handlers.campaigns.effects import Effect, effect_of
from handlers.campaigns.message import choice
from handlers.campaigns.parts import oversees
from handlers.campaigns.told import waits
from handlers.ports import Text
from handlers.visit import Visit

EFFECT = "effect:"
"""How the order of such a file begins; behind it are its form and the number of the campaign."""
TABLE, CHART = "table", "chart"
_EXTENSIONS: Mapping[str, str] = {TABLE: "xlsx", CHART: "png"}
_SENT = (*sorted(UNDER_WAY), Stage.DONE, Stage.CANCELLED)
_LISTED = 6


async def effects(visit: Visit) -> None:
    """Offer the latest campaigns that have begun (效果报告)."""
    if not oversees(visit.book, visit.person):
        visit.say("campaign.not_yours")
        return
    found = await visit.book.tx.campaigns.recent(_LISTED, _SENT)
    begun = [one for one in found if one.begun]
    if not begun:
        visit.say("effect.none")
        return
    visit.say("effect.which")
    visit.offer(*(Choice(one.draft.title[:20], f"c:effect:{one.number}") for one in begun))


async def effect(visit: Visit, one: Campaign) -> None:
    """Say how a campaign worked."""
    if not _has_begun(visit, one):
        return
    told = await effect_of(visit.book.tx, one)
    visit.say(
        "effect.report",
        number=one.number,
        title=one.draft.title,
        stage=Key(f"campaign.stage.{one.stage.value}"),
        at=one.begun_at or one.created_at,
        lines=tuple(lines(told)),
    )
    visit.offer(
        choice("effect_table", one.number, primary=True), choice("effect_chart", one.number)
    )


async def order(visit: Visit, one: Campaign, form: str) -> None:
    """Have the report made as a file, for whoever asked alone; that they had it is kept."""
    if not visit.in_private:
        visit.tell("effect.private_only")
        return
    if not _has_begun(visit, one):
        return
    name = f"效果报告 {one.number}.{_EXTENSIONS[form]}"  # names of files are seen by many
    await visit.book.writing.make_file(visit.filed, f"{EFFECT}{form}:{one.number}", name)
    visit.book.entries.append(
        visit.record(f"campaign:{one.number}", "effect", "overseer", public={"form": form})
    )
    visit.say(f"effect.making.{form}", number=one.number)


def lines(told: Effect) -> Sequence[Text]:
    """Word what was counted, a line each: at most six."""
    found = [_counts(told)]
    if told.one.recalled_at is not None:
        gone = told.tally.recalled
        found.append(Text("effect.recalled", {"at": told.one.recalled_at, "count": gone}))
    if told.read or told.read_in_groups:
        read = {"people": told.read, "groups": told.read_in_groups}
        found.append(Text("effect.read", read))
    if Button.RECEIVED in told.one.draft.buttons:
        found.append(_received(told))
    if told.pressed:
        found.append(Text("effect.presses", {"presses": _pressed(told)}))
    after = {"tickets": told.answered.tickets, "left": told.answered.left}
    found.append(Text("effect.after", after))
    return found


def _has_begun(visit: Visit, one: Campaign) -> bool:
    if not one.begun:
        stage = Key(f"campaign.stage.{one.stage.value}")
        visit.say("effect.not_begun", number=one.number, title=one.draft.title, stage=stage)
        visit.offer(choice("view", one.number))
    return one.begun


def _counts(told: Effect) -> Text:
    tally = told.tally
    if not tally.total:
        return Text("effect.nobody")
    return Text(
        "effect.counts",
        {
            "total": tally.total,
            "sent": tally.sent,
            "unknown": tally.unknown,
            "failed": tally.failed,
            "skipped": tally.skipped,
            "waiting": _some("effect.waiting", tally.waiting + tally.under_way),
            "cancelled": _some("effect.cancelled", tally.cancelled),
            "asked": waits(tally),
        },
    )


def _some(key: str, count: int) -> Text | str:
    return Text(key, {"count": count}) if count else ""


def _received(told: Effect) -> Text:
    answered = told.answered
    best = best_hour(answered.received.values())
    said: dict[str, Text | str | int] = {
        "people": len(answered.received),
        "firms": answered.firms,
        "reached": _some("effect.reached", answered.reached),
        "best": Text("effect.best", {"at": best[0], "count": best[1]}) if best else "",
    }
    return Text("effect.received", said)


def _pressed(told: Effect) -> Text | str:
    """Word the presses one behind the other: a tuple of texts would be a line each."""
    said: Text | str = ""
    for button, count in reversed(told.pressed):
        label = Key(f"campaign.button.{button.value}")
        said = Text("effect.pressed", {"label": label, "count": count, "more": said})
    return said


__all__ = ["CHART", "EFFECT", "TABLE", "effect", "effects", "lines", "order"]
