"""A participant's own page: the activity, the QR code, six digits, the calendar entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.pages.answers import page
from bot.pages.chats import in_chat
from bot.pages.guard import Guard
from bot.pages.ics import TYPE, calendar_entry, is_off
from bot.pages.qr import qr_svg
from bot.pages.words import Templates, Words
from bot.storage.database import Database
from flows.calendar import OFFICE_ZONE
from flows.registration.arriving import LATE_ENTRY
from flows.registration.event import Event, Stage
from flows.registration.registration import COMING, Registration, Standing
from handlers.ports import Clock, Office, Text

ADDRESS = "{token:[0-9A-Za-z.-]{1,80}}"
_SHOWS_CODE = COMING | {Standing.ABSENT}


@dataclass(frozen=True, slots=True)
class Found:
    """The place that an address was made for, as it is now."""

    event: Event
    one: Registration
    passed_on: bool = False  # to somebody else since: nothing of them is shown


class EntryPages:
    """Serve what a registration's address leads to."""

    def __init__(
        self,
        database: Database,
        office: Office,
        clock: Clock,
        *,
        words: Words,
        templates: Templates,
        guard: Guard,
        path: str,
    ) -> None:
        self._database = database
        self._office = office
        self._words = words
        self._templates = templates
        self._guard = guard
        self._clock = clock
        self._path = path

    def application(self) -> web.Application:
        """Build what answers below /r."""
        app = web.Application(middlewares=[self._guard.around])
        app.add_routes(
            [
                web.get(f"/{ADDRESS}.ics", self._ics, allow_head=False),
                web.get(f"/{ADDRESS}", self._show, allow_head=False),
                web.get("/{token:.*}", self._broken, allow_head=False),
            ]
        )
        return app

    async def find(self, token: str) -> Found | None:
        """Return whose page it is; it waits for nobody who changes the list just now."""
        async with self._database.read() as tx:
            told = tx.rolls.read_ticket(token)
            if told is None:
                return None
            event, one = await tx.rolls.seen(told.number), await tx.rolls.place(*told[:2])
        over = event is not None and self._clock() >= event.ends_at + LATE_ENTRY
        if event is None or one is None or over:
            return None
        if one.handed == told.handed:
            return Found(event, one)
        return Found(event, _former(one, told.handed), passed_on=True)

    def answer(self, token: str, found: Found, *, staff: bool, chat: bool = False) -> web.Response:
        """Show a participant's page; `staff` = a code that was scanned away from any door.

        `chat` = it is looked at inside a chat program, which may not keep the calendar entry.
        """
        event, one = found.event, found.one
        word, off = self._words.render, is_off(event, one)
        shows = one.standing in _SHOWS_CODE and not off
        html = self._templates.page(
            "entry",
            style=f"{self._path}/door/style.css",
            d=fixed(self._words),
            title=event.title_whole,
            lines=self._lines(event, one),
            standing=word(_standing(found)),
            qr=qr_svg(f"{self._office.site}/in/{token}") if shows else "",
            code=f"{one.code[:3]} {one.code[3:]}" if shows and one.code and not staff else "",
            ics=f"{self._path}/r/{token}.ics",
            off=off,
            staff=staff,
            chat=chat,
            why=word(why) if (why := _why_not(found)) else "",
            phone=self._office.phone,
            office=self._office.name,
        )
        return page(html, 410 if found.passed_on else 200)

    def _lines(self, event: Event, one: Registration) -> list[tuple[str, str]]:
        word = self._words.render
        ends = event.ends_at.astimezone(OFFICE_ZONE)
        same = ends.date() == event.starts_at.astimezone(OFFICE_ZONE).date()
        hours = {"starts": event.starts_at, "ends": ends.time() if same else event.ends_at}
        people = word(Text("check_in.party", {"party": one.party}))
        told = (
            ("check_in.when", word(Text("check_in.hours", hours))),
            ("check_in.where", event.venue),
            ("check_in.who", one.name),
            ("check_in.from", one.enterprise),
            ("check_in.people", people if one.name else ""),
        )
        return [(word(Text(label)), value) for label, value in told if value]

    async def _show(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        found = await self.find(token)
        if found is None:
            return self._guard.unknown(request)
        return self.answer(token, found, staff=False, chat=in_chat(request))

    async def _ics(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        found = await self.find(token)
        if found is None:
            return self._guard.unknown(request)
        event, office = found.event, self._office
        body = calendar_entry(
            event,
            found.one,
            self._clock(),
            office=office.name,
            phone=office.phone,
            page=f"{office.site}/r/{token}",
        )
        named = f'attachment; filename="{event.number}.ics"'
        headers = {"Content-Disposition": named}
        return web.Response(body=body, content_type=TYPE, charset="utf-8", headers=headers)

    async def _broken(self, request: web.Request) -> web.StreamResponse:
        return self._guard.unknown(request)


def _former(one: Registration, handed: int) -> Registration:
    """Return a place as whoever had it before may see it: given up, and nobody's name on it."""
    gone = {"name": "", "enterprise": "", "code": "", "standing": Standing.CANCELLED}
    return one.model_copy(update={**gone, "handed": handed})


def _standing(found: Found) -> Text:
    if found.passed_on:
        return Text("check_in.handed")
    return Text(f"registration.standing.{found.one.standing.value}")


def _why_not(found: Found) -> Text | None:
    """Say why there is no code on the page."""
    if found.event.stage is Stage.CANCELLED:
        return Text("check_in.called_off", {"reason": found.event.reason})
    return Text("check_in.handed_on") if found.passed_on else None


FIXED = (
    *("check_in.app", "check_in.open_door", "check_in.open_hint", "check_in.browser_hint"),
    *("check_in.scan_hint", "check_in.text_label", "check_in.press", "check_in.pressed_hint"),
    *("check_in.matches", "check_in.latest", "check_in.undo", "check_in.add", "check_in.add_hint"),
    *("check_in.back", "check_in.offline", "check_in.offline_unit", "check_in.offline_hint"),
    *("check_in.waits", "check_in.again", "check_in.drop", "check_in.scanned_code"),
    *("check_in.busy", "check_in.stranger", "check_in.no_door"),
    *("check_in.sent", "check_in.code", "check_in.show", "check_in.ics", "check_in.ics_out"),
    "check_in.ics_hint",
    *("check_in.void", "event.anyway", "check_in.enterprise", "check_in.name", "check_in.people"),
)


def fixed(words: Words) -> Mapping[str, Any]:
    """Return the words of the templates that have no blanks, by the name behind the dot."""
    return {key.partition(".")[2]: words.render(Text(key)) for key in FIXED}
