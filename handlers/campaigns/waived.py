"""Who let whom pass by name (署名放行), as whoever decides reads it."""

from __future__ import annotations

from flows.campaigns.audience import Meant
from flows.campaigns.campaign import Campaign
from flows.engine.words import Key
from handlers.book import Book, name_of
from handlers.campaigns.world import whom
from handlers.ports import Text

_NAMED = 5  # names of one line


async def let_pass_by(book: Book, one: Campaign, meant: Meant) -> list[Text]:
    """Say of each reason that was let pass who did it, and who gets it for that alone."""
    signed = [waiver for waiver in one.waivers if waiver.reason]
    if not signed:
        return []
    rest = tuple(waiver for waiver in one.waivers if not waiver.reason)
    strict = await whom(book, one.model_copy(update={"waivers": rest}))
    got = {target.key for target in meant.reached}
    found = {
        why.value: [target.name for target in targets if target.key in got]
        for why, targets in strict.left_out.items()
    }
    return [
        Text(
            "waived.by",
            {
                "name": name_of(book, waiver.by),
                "why": Key(f"waived.why.{waiver.reason}"),
                "count": len(names),
                "names": "、".join(names[:_NAMED]),
            },
        )
        for waiver in signed
        if (names := found.get(waiver.reason))
    ]


__all__ = ["let_pass_by"]
