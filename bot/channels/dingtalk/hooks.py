"""Custom robots: the way into groups that the organisation's own robot cannot enter."""

import base64
import hmac
from hashlib import sha256
from urllib.parse import quote

from yarl import URL

from bot.channels.base import WEBHOOK, Hook, Letter, Receipt, SendFault, Window
from bot.channels.dingtalk import payloads
from bot.channels.dingtalk.client import Client
from bot.channels.dingtalk.origins import Origins
from flows.office import Door
from handlers.ports import Clock

# The platform refuses the 21st in a minute, and then everything for ten; two are left for whoever
# else may know the address. The rest is for clocks that do not agree.
PER_MINUTE = 18
MINUTE = 60.05


def is_hooked(letter: Letter) -> bool:
    """Say whether a letter goes to a group through its custom robot."""
    return letter.hook is not None or letter.to.startswith(WEBHOOK)


def window(letter: Letter) -> Window:
    """Name the rate of a group's custom robot."""
    return Window(letter.to, PER_MINUTE, MINUTE)


class Hooks:
    """Sends through custom robots; it cannot show cards or files, and cannot take back."""

    def __init__(self, client: Client, origins: Origins, steady: Clock) -> None:
        """`steady` stamps the calls: the platform refuses stamps that are an hour off."""
        self._client = client
        self._origins = origins
        self._steady = steady

    async def send(self, letter: Letter) -> Receipt:
        """Send once; with the letter's key a second try shows nothing twice."""
        if letter.update:  # there never was a card that could be changed
            return Receipt(letter.card, "webhook")
        hook = letter.hook
        if hook is None:
            raise SendFault("webhook.unknown", None)
        if not self._origins.allows_reply(hook.address):
            raise SendFault("webhook.foreign", None)
        # Who is not of the organisation cannot be called by name.
        calls = letter.door != Door.ENTERPRISE_GROUP
        body = payloads.hook_message(letter, calls=calls)
        address = signed(hook, round(self._steady().timestamp() * 1000))
        await self._client.post("custom robot", address, body, repeatable=bool(letter.key))
        return Receipt(via="webhook")


def signed(hook: Hook, milliseconds: int) -> URL:
    """Add stamp and signature to a custom robot's address."""
    url = URL(hook.address, encoded=True)
    if not hook.secret:
        return url
    text = f"{milliseconds}\n{hook.secret}".encode()
    sign = base64.b64encode(hmac.digest(hook.secret.encode(), text, sha256)).decode()
    # yarl would leave the + of a signature as it is, which the platform reads as a space.
    query = f"timestamp={milliseconds}&sign={quote(sign, safe='')}"
    known = f"{url.raw_query_string}&" if url.raw_query_string else ""
    return URL(f"{url.with_query(None)}?{known}{query}", encoded=True)
