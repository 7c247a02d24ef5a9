"""Who may use the page and the control API: this machine, and no other web page on it."""

from urllib.parse import urlsplit

from aiohttp import hdrs, web

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def refuse_strangers(request: web.Request) -> None:
    """Refuse a foreign Host (DNS rebinding) or Origin (a page of another site)."""
    host = urlsplit(f"//{request.host}").hostname
    if host not in LOCAL_HOSTS:
        raise web.HTTPForbidden(text="only for 127.0.0.1")
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="only for the page's own origin")
