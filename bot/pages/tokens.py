"""What a page and a device prove themselves with: form tokens and the device's cookie."""

import hmac
import re
import secrets

from bot.keys import Keys

_FORM = re.compile(r"([0-9a-f]{32})([0-9a-f]{64})")


class Tokens:
    """Makes and checks the secrets of one installation's pages; none of them is stored."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def form(self, link: str, device: str) -> str:
        """Make the token of one form: it is good for this link on this device, once."""
        nonce = secrets.token_hex(16)
        return nonce + self._signed(link, device, nonce)

    def nonce(self, link: str, device: str, token: str) -> str | None:
        """Return the nonce of a form that we made for this link on this device."""
        found = _FORM.fullmatch(token)
        if found is None or not hmac.compare_digest(self._signed(link, device, found[1]), found[2]):
            return None
        return found[1]

    def device(self, link: str, nonce: str) -> str:
        """Return the secret of the device that pressed this form: the same, pressed twice."""
        return self._keys.link("cookie", link, nonce).hex()

    def _signed(self, link: str, device: str, nonce: str) -> str:
        return self._keys.link("form", link, device, nonce).hex()
