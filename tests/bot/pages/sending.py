"""Files that a phone sends along with a form."""

from __future__ import annotations

from io import BytesIO

import aiohttp

from flows.tickets.case import State
from tests.bot.pages.phone import Answer, Office, Phone, answer_of
from tests.handlers.story import CLERK, SUPPORT, carry

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PDF = b"%PDF-1.7\n" + b"\0" * 64
Sent = tuple[str, bytes]


async def send(
    phone: Phone, token: str, word: str, files: list[Sent], *, form: str = "", **fields: str
) -> Answer:
    """Fill a form with files, on a fresh page or an old one, as a browser sends it."""
    sent = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    sent.add_field("form", form or (await phone.get(token)).form)
    sent.add_field("word", word)
    for name, text in fields.items():
        sent.add_field(f"f.{name}", text)
    for name, content in files:
        sent.add_field("files", BytesIO(content), filename=name, content_type="image/jpeg")
    if not files:
        sent.add_field("files", b"", filename="", content_type="application/octet-stream")
    url = f"{phone.address}/l/{token}/act"
    async with phone.session.post(url, data=sent) as response:
        return await answer_of(response)


async def opened(desk: Office) -> tuple[Phone, str]:
    """Open the page of a department that works on its case."""
    await carry(desk.play, State.IN_PROGRESS)
    await desk.play.say(SUPPORT, "协办意见 1 同意")
    token = await desk.link(CLERK)
    phone = desk.phone()
    await phone.open(token)
    return phone, token
