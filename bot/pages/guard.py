"""Around every request to a page: the pace, the headers, what the person hears."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.logs import place_of
from bot.pages.answers import page
from bot.pages.pace import Pace
from bot.pages.words import Templates, Words
from bot.storage.database import DatabaseDown
from handlers.ports import Stale, Text

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

GROPES = 60  # a minute, by one address, with what is not ours

SAID: Mapping[int, str] = {
    403: "page.foreign",
    408: "page.too_slow",
    413: "page.too_much",
}
"""What is said of a request that was not taken; of any other that it did not come whole."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs between the pages of links and those of activities."""

    looks: int  # a minute, by one page
    presses: int
    letters: int  # so many at the beginning of an address name the page
    broken: str  # the text key that says that an address is none of ours
    headers: Mapping[str, str]


class Guard:
    """Keeps the pace and the headers; nothing of a request is ever logged."""

    def __init__(
        self, rules: Rules, words: Words, templates: Templates, *, phone: str, style: str
    ) -> None:
        self._rules = rules
        self._words = words
        self._templates = templates
        self._phone = phone
        self._style = style
        self._looks, self._presses = Pace(rules.looks), Pace(rules.presses)
        self._gropes = Pace(GROPES)

    @web.middleware
    async def around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, or say why not."""
        try:
            response = await self._paced(request, handler)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            response = self.unknown(request)
        except web.HTTPException as error:
            key = SAID.get(error.status, "page.unreadable")
            response = self.closed(request, key, error.status)
        except (DatabaseDown, Stale) as error:
            log.error("a page is not shown: %s", place_of(error))
            response = self.closed(request, "page.down", 503)
        except Exception as error:  # the outer edge: the person hears that it did not work
            log.error("a page failed: %s", place_of(error))
            response = self.closed(request, "page.down", 500)
        response.headers.update(self._rules.headers)
        return response

    async def _paced(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        token = request.match_info.get("token")
        if token is None:  # the style and the scripts, which every page asks for from one proxy
            return await handler(request)
        pressed = request.method == "POST"
        key = token[: self._rules.letters].lower()  # an address is read so, too
        if not (self._presses if pressed else self._looks).allows(key):
            return self.closed(request, "page.slow", 429)
        # A form of ours is posted by our own page; browsers say so, and who does not is checked
        # by the form's token all the same.
        if pressed and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            raise web.HTTPForbidden
        return await handler(request)

    def unknown(self, request: web.Request) -> web.Response:
        """Say that an address is not ours; who tries many is slowed down."""
        if not self._gropes.allows(request.remote or ""):
            return self.closed(request, "page.slow", 429)
        return self.closed(request, self._rules.broken, 404)

    def closed(self, request: web.Request, key: str, status: int, **blanks: object) -> web.Response:
        """Say why there is nothing to see, and what to do: in a page, or to a script of ours."""
        said = self._words.render(Text(key, {"phone": self._phone, **blanks}))
        if wants_json(request):
            return web.json_response({"good": False, "said": said}, status=status)
        html = self._templates.page("closed", style=self._style, said=said, phone=self._phone)
        return page(html, status)


def wants_json(request: web.Request) -> bool:
    """Say whether a script of ours asks, not a browser that shows a page."""
    return "application/json" in request.headers.get("Accept", "")
