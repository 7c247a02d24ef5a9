"""Browsers inside chat programs, which lack what the phone's own browser has."""

from aiohttp import web

CHATS = ("DingTalk", "MicroMessenger", "wxwork", "AliApp")


def in_chat(request: web.Request) -> bool:
    """Say whether a page is looked at inside a chat program.

    The phone's camera opens another browser without our cookie, and a file may not be kept there.
    """
    agent = request.headers.get("User-Agent", "")
    return any(name in agent for name in CHATS)
