"""What goes back to a phone: a page, the way to one, a file; all with strict headers."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from bot.channels.base import Enclosure

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "qinqing",  # instead of names and versions
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def page(html: str, status: int) -> web.Response:
    """Send a page."""
    return web.Response(text=html, status=status, content_type="text/html")


def see_other(to: str) -> web.Response:
    """Send the phone to a page, so that going back presses nothing again."""
    return web.Response(status=303, headers={"Location": to})


def download(file: Enclosure, content: bytes) -> web.Response:
    """Send a file to be kept, never to be run: nothing but pictures is named as what it is."""
    kind = file.mime if file.mime.startswith("image/") else "application/octet-stream"
    named = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return web.Response(body=content, content_type=kind, headers={"Content-Disposition": named})
