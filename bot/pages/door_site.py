"""The pages of doors over HTTP: the door itself, and the code that its phone scanned."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.pages.answers import page, see_other
from bot.pages.chats import in_chat
from bot.pages.doorkeeper import Brought, Doorkeeper, Pressed, Result
from bot.pages.entry import ADDRESS, EntryPages, fixed
from bot.pages.guard import Guard, wants_json
from bot.pages.posted import typed as typed_fields
from bot.pages.posted import typed_in
from bot.pages.records import Correct
from bot.pages.words import STYLE, Templates, Words
from flows.engine.words import Say
from flows.registration.doors import is_code, is_scanned, matches
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll
from handlers.link import Gate
from handlers.ports import Text
from handlers.registration.door_page import AtDoor, DoorPage
from handlers.registration.letting_in import hour

COOKIE = "qinqing_door"
KEPT = timedelta(weeks=8)
HERE = Path(__file__).parent
CLOSED: Mapping[Gate, tuple[str, int]] = {
    Gate.BROKEN: ("check_in.broken", 404),
    Gate.REVOKED: ("check_in.shut", 410),
    Gate.EXPIRED: ("check_in.over", 410),
    Gate.OTHER: ("check_in.other_phone", 403),
}


class DoorSite:
    """Serve /door and /in."""

    def __init__(
        self,
        keeper: Doorkeeper,
        desk: DoorPage,
        *,
        entries: EntryPages,
        words: Words,
        templates: Templates,
        guard: Guard,
        path: str,
        wake: Callable[[], None],
        within: float,
    ) -> None:
        """`within` = so many seconds a form may take to come."""
        self._keeper = keeper
        self._desk = desk
        self._entries = entries
        self._words = words
        self._templates = templates
        self._guard = guard
        self._path = path
        self._wake = wake
        self._within = within
        self._secure = desk.office.site.startswith("https://")

    def doors(self) -> web.Application:
        """Build what answers below /door."""
        app = web.Application(middlewares=[self._guard.around])
        app.add_routes(
            [
                web.get("/style.css", self._style, allow_head=False),
                web.get("/at-door.js", self._script, allow_head=False),
                web.get(f"/{ADDRESS}", self._show, allow_head=False),
                web.post(f"/{ADDRESS}/open", self._open),
                web.post(f"/{ADDRESS}/act", self._act),
                web.get("/{token:.*}", self._broken, allow_head=False),
            ]
        )
        return app

    def scans(self) -> web.Application:
        """Build what answers below /in."""
        app = web.Application(middlewares=[self._guard.around])
        app.add_routes(
            [
                web.get("/offline", self._offline, allow_head=False),
                web.get("/worker.js", self._worker, allow_head=False),
                web.get(f"/{ADDRESS}", self._scanned, allow_head=False),
                web.post(f"/{ADDRESS}", self._let_in),
                web.get("/{token:.*}", self._broken, allow_head=False),
            ]
        )
        return app

    # The door ------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        key = Brought.of(token, request.cookies.get(COOKIE, ""))
        met, roll, result = await self._keeper.look(key, request.query.get("done", ""))
        if met.gate is Gate.FRESH:
            return self._fresh(request, key, met)
        if met.gate is not Gate.OPEN or roll is None:
            return self._closed(request, met)
        return self._door(key, met, roll, result)

    def _fresh(self, request: web.Request, key: Brought, met: AtDoor) -> web.Response:
        html = self._templates.page(
            "check_in_open",
            style=f"{self._path}/door/style.css",
            d=fixed(self._words),
            title=met.event.title_whole if met.event else "",
            action=f"{self._path}/door/{key.token}/open",
            form=self._keeper.form(met, ""),
            chat=in_chat(request),
        )
        return page(html, 200)

    async def _open(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        given = await typed_in(request, self._within)
        key = Brought.of(token, request.cookies.get(COOKIE, ""))
        met, cookie = await self._keeper.enter(key, given.get("form", ""))
        if met.gate is not Gate.OPEN or met.event is None:
            return self._closed(request, met)
        response = see_other(f"{self._path}/door/{token}")
        if cookie:
            response.set_cookie(
                COOKIE,
                cookie,
                path=f"{self._path}/",  # what the camera scans is below /in
                max_age=int(KEPT.total_seconds()),  # the gate decides; a moved activity stays open
                httponly=True,
                secure=self._secure,
                samesite="Lax",  # Strict would not be sent when the camera opens the address
            )
        return response

    async def _act(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        given = await typed_in(request, self._within)
        key = Brought.of(token, request.cookies.get(COOKIE, ""))
        act, text = given.get("act", ""), given.get("text", "").strip()
        if act == "in" and not given.get("seq") and not is_code(text) and not is_scanned(text):
            return await self._named(request, key, text)
        said = {**given, **typed_fields(given)}
        try:
            done = await self._keeper.press(key, act, said)
        except Correct as error:
            return await self._again(request, key, error.faults, said)
        if wants_json(request) and done.result is not None:
            self._wake()
            return web.json_response({"good": done.result.good, "said": done.result.said})
        return self._after(request, done, f"{self._path}/door/{token}")

    async def _named(self, request: web.Request, key: Brought, text: str) -> web.StreamResponse:
        """Show whom a piece of a name may mean; a tap decides."""
        met, roll, _ = await self._keeper.look(key)
        if met.gate is not Gate.OPEN or roll is None:
            return self._closed(request, met)
        found = matches(roll, text)
        said = self._words.render(Text("check_in.unknown", {"said": text}))
        if wants_json(request):  # the script sends codes alone
            return web.json_response({"good": False, "said": said})
        result = Result(False, said) if text and not found else None
        return self._door(key, met, roll, result, found=found, typed=text)

    async def _again(
        self,
        request: web.Request,
        key: Brought,
        faults: Mapping[str, Say],
        typed: Mapping[str, str],
    ) -> web.StreamResponse:
        met, roll, _ = await self._keeper.look(key)
        if met.gate is not Gate.OPEN or roll is None:
            return self._closed(request, met)
        worded = {at: self._words.say(said) for at, said in faults.items()}
        said = Result(False, self._words.render(Text("check_in.add_again")))
        return self._door(key, met, roll, said, faults=worded, added=typed, status=422)

    def _door(
        self,
        key: Brought,
        met: AtDoor,
        roll: Roll,
        result: Result | None,
        *,
        found: tuple[Registration, ...] = (),
        typed: str = "",
        faults: Mapping[str, str] = {},
        added: Mapping[str, str] = {},
        status: int = 200,
    ) -> web.Response:
        sheet, word = self._desk.sheet(roll), self._words.render
        counted = Text("check_in.count", {"arrived": sheet.arrived, "expected": sheet.expected})
        html = self._templates.page(
            "check_in",
            style=f"{self._path}/door/style.css",
            script=f"{self._path}/door/at-door.js",
            worker=f"{self._path}/in/worker.js",
            d=fixed(self._words),
            title=sheet.event.title_whole,
            counted=word(counted),
            home=f"{self._path}/door/{key.token}",
            form=lambda: self._keeper.form(met, key.secret),
            result=result,
            found=[(one, self._line(one)) for one in found],
            latest=[(one.seq, self._line(one)) for one in sheet.latest],
            arrived=Standing.ARRIVED,
            typed=typed,
            faults=faults,
            added=added,
            over=sheet.free < 1,
        )
        return page(html, status)

    def _line(self, one: Registration) -> str:
        now = self._desk.clock()
        params = {"name": one.name, "party": one.party, "enterprise": one.enterprise}
        if one.arrived_at is not None:
            at = hour(one.arrived_at, now)
            return self._words.render(Text("check_in.line_in", {**params, "at": at}))
        standing = Text(f"registration.standing.{one.standing.value}")
        return self._words.render(Text("check_in.line", {**params, "standing": standing}))

    # A code that was scanned ---------------------------------------------------------------------

    async def _scanned(self, request: web.Request) -> web.StreamResponse:
        ticket, key = request.match_info["token"], Brought.brought(request.cookies.get(COOKIE, ""))
        done = request.query.get("done", "")
        if done:
            met, _, result = await self._keeper.look(key, done)
            if met.gate is Gate.OPEN and result is not None:
                return self._arrived(key, met, result)
        met, who = await self._keeper.scanned(key, ticket)
        if isinstance(who, Text):
            return self._arrived(key, met, Result(False, self._words.render(who)), 404)
        if who is not None:
            return self._arrived(key, met, None, who=who, ticket=ticket)
        found = await self._entries.find(ticket)
        if found is None:
            return self._guard.unknown(request)
        return self._entries.answer(ticket, found, staff=True)

    async def _let_in(self, request: web.Request) -> web.StreamResponse:
        ticket, key = request.match_info["token"], Brought.brought(request.cookies.get(COOKIE, ""))
        given = await typed_in(request, self._within)
        done = await self._keeper.press(key, "in", {**given, "text": ticket, "seq": ""})
        return self._after(request, done, f"{self._path}/in/{ticket}")

    def _arrived(
        self,
        key: Brought,
        met: AtDoor,
        result: Result | None,
        status: int = 200,
        *,
        who: Registration | None = None,
        ticket: str = "",
    ) -> web.Response:
        html = self._templates.page(
            "check_in_scan",
            style=f"{self._path}/door/style.css",
            script=f"{self._path}/door/at-door.js",
            d=fixed(self._words),
            home=f"{self._path}/door/{key.token}",
            action=f"{self._path}/in/{ticket}",
            form=self._keeper.form(met, key.secret),
            result=result,
            who=self._line(who) if who else "",
        )
        return page(html, status)

    # Answers -------------------------------------------------------------------------------------

    def _after(self, request: web.Request, done: Pressed, to: str) -> web.StreamResponse:
        if done.met.gate is not Gate.OPEN:
            return self._closed(request, done.met)
        if done.nonce is None:
            return self._guard.closed(request, "page.stale", 403)
        if wants_json(request):  # it came before, and what was said is not known any more
            return self._guard.closed(request, "page.stale", 409)
        self._wake()
        return see_other(f"{to}?done={done.nonce}")

    def _closed(self, request: web.Request, met: AtDoor) -> web.Response:
        if met.gate is Gate.BROKEN:
            return self._guard.unknown(request)
        key, status = CLOSED.get(met.gate, ("page.stale", 403))
        return self._guard.closed(request, key, status)

    async def _broken(self, request: web.Request) -> web.StreamResponse:
        return self._guard.unknown(request)

    # What every page asks for --------------------------------------------------------------------

    async def _style(self, request: web.Request) -> web.StreamResponse:
        both = STYLE.read_text("utf-8") + (HERE / "at-door.css").read_text("utf-8")
        return web.Response(text=both, content_type="text/css")

    async def _script(self, request: web.Request) -> web.StreamResponse:
        return _script("at-door.js")

    async def _worker(self, request: web.Request) -> web.StreamResponse:
        return _script("worker.js")

    async def _offline(self, request: web.Request) -> web.StreamResponse:
        html = self._templates.page(
            "check_in_offline",
            style=f"{self._path}/door/style.css",
            script=f"{self._path}/door/at-door.js",
            d=fixed(self._words),
        )
        return page(html, 200)


def _script(name: str) -> web.Response:
    text = (HERE / name).read_text("utf-8")
    return web.Response(text=text, content_type="text/javascript")
