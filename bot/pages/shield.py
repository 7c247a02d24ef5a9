"""Around every request to a page of activities: the pace, the headers, what the person hears."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.logs import place_of
from bot.pages.answers import HEADERS, page
from bot.pages.pace import Pace
from bot.pages.words import Templates, Words
from bot.storage.database import DatabaseDown
from handlers.ports import Stale, Text

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SCRIPTED: Mapping[str, str] = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
}
"""The headers of pages that have our own script."""

LOOKS = 240  # a minute, by one door or one place; a queue of people is scanned at one door
PRESSES = 120
GROPES = 60  # by one address, with what is not ours


class Shield:
    """Keeps the pace and the headers; nothing of a request is ever logged."""

    def __init__(self, words: Words, templates: Templates, phone: str, style: str) -> None:
        self._words = words
        self._templates = templates
        self._phone = phone
        self._style = style
        self._looks, self._presses, self._gropes = Pace(LOOKS), Pace(PRESSES), Pace(GROPES)

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, or say why not."""
        try:
            response = await self._paced(request, handler)
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=f"{error.status}\n")
        except (DatabaseDown, Stale) as error:
            log.error("a page is not shown: %s", place_of(error))
            response = self.closed("page.down", 503)
        except Exception as error:  # the outer edge: the person hears that it did not work
            log.error("a page failed: %s", place_of(error))
            response = self.closed("page.down", 500)
        response.headers.update(SCRIPTED)
        return response

    async def _paced(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        token = request.match_info.get("token")
        if token is None:  # the style and the scripts, which every page asks for
            return await handler(request)
        pressed = request.method == "POST"
        if not (self._presses if pressed else self._looks).allows(token[:32]):
            return self.closed("page.slow", 429)
        if pressed and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            raise web.HTTPForbidden
        return await handler(request)

    def unknown(self, request: web.Request, key: str) -> web.Response:
        """Say that an address is not ours; who tries many is slowed down."""
        if not self._gropes.allows(f"?{request.remote}"):
            return self.closed("page.slow", 429)
        return self.closed(key, 404)

    def closed(self, key: str, status: int) -> web.Response:
        """Say why there is nothing to see, and what to do."""
        said = self._words.render(Text(key, {"phone": self._phone}))
        html = self._templates.page("closed", style=self._style, said=said, phone=self._phone)
        return page(html, status)
