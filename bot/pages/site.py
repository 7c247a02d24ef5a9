"""The pages over HTTP: who comes in by a link, what they see, and what they press."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.attachments import Vault, enclosure
from bot.channels.base import NoFile
from bot.keys import Keys
from bot.pages.answers import HEADERS, download, page, see_other
from bot.pages.entrance import Entrance, Met
from bot.pages.guard import Guard, Rules
from bot.pages.posted import Forms, Patience, Upload, typed
from bot.pages.records import Correct, Records
from bot.pages.tokens import Tokens
from bot.pages.words import CLOSED, SHOWN, STYLE, Templates, Words
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from flows.engine.words import Key
from handlers.link import Gate
from handlers.pages import Guest, Pages
from handlers.ports import Answered, Text
from handlers.sheet import Sheet

PREFIX = "/l"
LINK = 16  # letters of an address that name the link
FILES = "files"  # the field of what is sent along
COOKIE = "qinqing_link"
LOOKS = 60  # a minute, by one link
PRESSES = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was pressed."""

    token: str
    cookie: str
    form: str
    word: str
    typed: Mapping[str, str]
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found."""

    met: Met
    sheet: Sheet | None = None
    said: Answered | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What became of a form; no nonce = it is none of ours, not `first` = it came before."""

    met: Met
    nonce: str | None = None
    first: bool = False


class Site:
    """Serve the pages of links."""

    def __init__(
        self,
        database: Database,
        pages: Pages,
        words: Words,
        keys: Keys,
        vault: Vault,
        *,
        wake: Callable[[], None],
        patience: Patience,
    ) -> None:
        self._records = Records(database, "a page")
        self._pages = pages
        self._words = words
        self._templates = Templates(words)
        self._tokens = Tokens(keys)
        self._entrance = Entrance(pages.office, pages.clock, self._tokens)
        self._vault = vault
        self._forms = Forms(vault, pages.office.max_files, patience)
        self._wake = wake
        self._path = urlsplit(pages.office.site).path.rstrip("/") + PREFIX
        self._guard = Guard(
            Rules(LOOKS, PRESSES, letters=LINK, broken=CLOSED[Gate.BROKEN], headers=HEADERS),
            words,
            self._templates,
            phone=pages.office.phone,
            style=f"{self._path}/style.css",
        )
        self._secure = pages.office.site.startswith("https://")

    def application(self) -> web.Application:
        """Build what answers below PREFIX."""
        app = web.Application(middlewares=[self._guard.around])
        one = "/{token:[0-9A-Za-z]{1,80}}"
        app.add_routes(
            [
                web.get("/style.css", self._style, allow_head=False),
                web.get(one, self._show, allow_head=False),
                web.post(f"{one}/open", self._open),
                web.post(f"{one}/act", self._act),
                web.get(f"{one}/file/{{name:[0-9]+-[0-9]+}}", self._file, allow_head=False),
                web.get("/{tail:.*}", self._broken, allow_head=False),
            ]
        )
        return app

    # Looking -------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.StreamResponse:
        token, cookie = request.match_info["token"], request.cookies.get(COOKIE, "")
        met = await self._glance(request)
        if met.link is None:
            return self._answer(request, Seen(met))
        seen = await self._look(token, cookie, request.query.get("done", ""))
        return self._answer(request, seen)

    async def _glance(self, request: web.Request) -> Met:
        """Say what a device meets; whoever gropes for links makes nobody else wait."""
        token, cookie = request.match_info["token"], request.cookies.get(COOKIE, "")
        return await self._records.read(lambda tx: self._entrance.glance(tx, token, cookie))

    async def _look(self, token: str, cookie: str, done: str = "", word: str = "") -> Seen:
        async def work(tx: Transaction) -> Seen:
            met = await self._entrance.meet(tx, token, cookie)
            if met.link is None or met.gate is not Gate.OPEN:
                return Seen(met)
            guest = Guest(met.link, self._entrance.filed(met.link), met.device)
            sheet = await self._pages.look(tx, guest, word)
            said = None
            if done.isalnum():  # a nonce of ours is; not everything else can be asked for
                name = self._entrance.arrival(met.link, done)
                said = await tx.answered_to(name.channel, name.robot, name.msg_id)
            return Seen(met, sheet, said)

        return await self._records.write(work)

    def _answer(self, request: web.Request, seen: Seen) -> web.Response:
        met = seen.met
        if met.link is None or met.gate is Gate.BROKEN:
            return self._guard.unknown(request)
        if met.gate in CLOSED:
            until = met.link.expires_at
            return self._guard.closed(request, CLOSED[met.gate], 410, until=until)
        if met.gate is not Gate.OPEN:
            return self._door(request, met)
        return self._case(request, seen)

    def _door(self, request: web.Request, met: Met, wrong: bool = False) -> web.Response:
        """Ask to open it, which binds the device; a second device is asked for the code."""
        link, office = met.link, self._pages.office
        if link is None:
            raise ValueError("there is no link to open")
        other = met.gate is Gate.OTHER
        params = {
            "office": office.name,
            "unit": office.unit(link.unit) or Key("page.leader"),
            "number": link.ticket,
        }
        key = "page.wrong_code" if wrong else "page.other"
        phone = {"phone": office.phone}
        html = self._templates.page(
            "door",
            up=f"{self._path}/",
            token=request.match_info["token"],
            form=self._tokens.form(link.id, ""),
            greeting=self._words.render(Text("page.greeting", params)),
            other=self._words.render(Text(key, phone)) if other else "",
            **phone,
        )
        return page(html, 403 if other else 200)

    def _case(
        self,
        request: web.Request,
        seen: Seen,
        *,
        faults: Mapping[str, str] = {},
        typed: Mapping[str, str] = {},
    ) -> web.Response:
        sheet = seen.sheet
        if sheet is None:
            return self._guard.closed(request, "page.not_yours", 410)
        said = seen.said.card_status if seen.said else None
        case = self._templates.case(sheet)
        opened = {name.partition(".")[0] for name in faults}
        html = self._templates.page(
            "case",
            up=f"{self._path}/",
            token=request.match_info["token"],
            form=self._tokens.form(sheet.link.id, request.cookies.get(COOKIE, "")),
            page=case,
            said=self._words.render(said) if said else "",
            done=bool(seen.said and seen.said.card_over),
            first=case["forms"][:SHOWN],
            rest=case["forms"][SHOWN:],
            faults=faults,
            typed=typed,
            opened=opened,
            more=any(one["word"] in opened for one in case["forms"][SHOWN:]),
            accept=self._forms.accepted,
            files_hint=self._words.render(self._forms.limits),
        )
        return page(html, 422 if faults else 200)

    # Pressing ------------------------------------------------------------------------------------

    async def _open(self, request: web.Request) -> web.StreamResponse:
        token, cookie = request.match_info["token"], request.cookies.get(COOKIE, "")
        met = await self._glance(request)
        if met.link is None:
            return self._answer(request, Seen(met))
        given = (await self._forms.read(request, lambda fields: False)).fields
        met = await self._records.write(
            lambda tx: self._entrance.enter(
                tx, token, cookie, given.get("form", ""), given.get("code", "")
            )
        )
        if met.gate is not Gate.OPEN or met.link is None:
            if met.gate is Gate.OTHER and met.link is not None:
                return self._door(request, met, wrong=bool(given.get("code")))
            return self._answer(request, Seen(met))
        response = see_other(f"{self._path}/{token}")
        if met.cookie:
            left = met.link.expires_at - self._pages.clock()
            response.set_cookie(
                COOKIE,
                met.cookie,
                path=f"{self._path}/{token}",
                max_age=int(left.total_seconds()),
                httponly=True,
                secure=self._secure,
                samesite="Lax",  # Strict would not be sent when a messenger opens the link
            )
        return response

    async def _act(self, request: web.Request) -> web.StreamResponse:
        token, cookie = request.match_info["token"], request.cookies.get(COOKIE, "")
        met = await self._glance(request)
        if met.link is None:
            return self._answer(request, Seen(met))
        if met.gate is not Gate.OPEN:  # noted as any look is; nothing of what was sent is read
            return self._answer(request, await self._look(token, cookie))
        posted = await self._forms.read(request, lambda fields: self._ours(token, cookie, fields))
        given = posted.fields
        word = given.get("word", "")
        sent = Sent(token, cookie, given.get("form", ""), word, typed(given), posted.files)
        if posted.fault is not None:
            return await self._again(request, sent, {FILES: self._words.render(posted.fault)})
        try:
            done = await self._records.write(lambda tx: self._press(tx, sent))
        except Correct as error:
            await self._forms.discard(sent.files)
            faults = {at: self._words.say(said) for at, said in error.faults.items()}
            if sent.files:  # a browser gives no file a second time
                faults[FILES] = self._words.render(Text("page.files_again"))
            return await self._again(request, sent, faults)
        if not done.first:
            await self._forms.discard(sent.files)
        if done.met.gate is not Gate.OPEN:
            return self._answer(request, Seen(done.met))
        if done.nonce is None:
            return self._guard.closed(request, "page.stale", 403)
        self._wake()
        return see_other(f"{self._path}/{token}?done={done.nonce}")

    async def _again(
        self, request: web.Request, sent: Sent, faults: Mapping[str, str]
    ) -> web.Response:
        """Show the form as it was filled, with what is to be corrected."""
        seen = await self._look(sent.token, sent.cookie, word=sent.word)
        if seen.met.gate is not Gate.OPEN:
            return self._answer(request, seen)
        named = {f"{sent.word}.{at}": said for at, said in faults.items()}
        kept = {f"{sent.word}.{name}": text for name, text in sent.typed.items()}
        return self._case(request, seen, faults=named, typed=kept)

    def _ours(self, token: str, cookie: str, fields: Mapping[str, str]) -> bool:
        """Say whether this device was given the form: only then its files are read."""
        nonce = self._tokens.nonce(token[:LINK].lower(), cookie, fields.get("form", ""))
        return bool(cookie and nonce)

    async def _press(self, tx: Transaction, pressed: Sent) -> Pressed:
        """Do it once: a form that was pressed before shows what became of it."""
        met = await self._entrance.meet(tx, pressed.token, pressed.cookie)
        if met.link is None or met.gate is not Gate.OPEN:
            return Pressed(met)
        nonce = self._tokens.nonce(met.link.id, pressed.cookie, pressed.form)
        if nonce is None:
            return Pressed(met)
        arrival = self._entrance.arrival(met.link, nonce, pressed.word)
        arrival = replace(arrival, files=tuple(file.incoming for file in pressed.files))
        (filed,) = await tx.admit([arrival])
        if filed is None:
            return Pressed(met, nonce)
        for name, file in zip(filed.files, pressed.files, strict=True):
            kept = file.kept
            await tx.attachments.stored(name, kept.sha256, kept.mime, kept.size)
        filed = replace(filed, person=met.link.person or filed.person)
        guest = Guest(met.link, filed, met.device)
        done = await self._pages.act(tx, guest, pressed.word, pressed.typed)
        if done.faults:
            raise Correct(done.faults)
        said = "\n".join(self._words.render(text) for text in done.said)
        if said.endswith("："):  # in chat, buttons follow
            said = f"{said[:-1]}。"
        await tx.answer(filed.id, Answered(Text("page.result", {"text": said}), done.done))
        return Pressed(met, nonce, first=True)

    # Files and the rest --------------------------------------------------------------------------

    async def _file(self, request: web.Request) -> web.StreamResponse:
        token, cookie = request.match_info["token"], request.cookies.get(COOKIE, "")
        name = request.match_info["name"]
        glance = await self._glance(request)
        if glance.link is None:
            return self._answer(request, Seen(glance))

        async def work(tx: Transaction) -> Any:
            met = await self._entrance.meet(tx, token, cookie)
            if met.link is None or met.gate is not Gate.OPEN:
                return None
            guest = Guest(met.link, self._entrance.filed(met.link), met.device)
            shown = await self._pages.file(tx, guest, name)
            found = (await tx.attached([shown])).get(shown) if shown else None
            return found if found is not None and found.state == "stored" else None

        found = await self._records.write(work)
        if found is None:
            return self._guard.closed(request, "page.gone", 404)
        file = enclosure(found, self._words.render(Text("page.file")))
        try:
            content = await asyncio.to_thread(self._vault.read, file.sha256)
        except NoFile:
            return self._guard.closed(request, "page.gone", 404)
        return download(file, content)

    async def _style(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=STYLE.read_text("utf-8"), content_type="text/css")

    async def _broken(self, request: web.Request) -> web.StreamResponse:
        return self._guard.unknown(request)
