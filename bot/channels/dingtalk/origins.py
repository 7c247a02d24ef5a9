"""Which addresses in messages are the platform's own."""

from yarl import URL

from bot.channels.dingtalk.access import DingTalkAccess

_REPLY_HOSTS = ("api.dingtalk.com", "oapi.dingtalk.com")
# Files lie on DingTalk's own hosts or in Alibaba's object store.
_FILE_DOMAINS = (".dingtalk.com", ".aliyuncs.com")


class Origins:
    """Tell the platform's addresses from anybody else's."""

    def __init__(self, access: DingTalkAccess) -> None:
        self._own = {URL(access.api_base).origin(), URL(access.oapi_base).origin()}

    def allows_reply(self, address: str) -> bool:
        """Say whether an answer may be posted to a session webhook."""
        url = _parsed(address)
        if url is None:
            return False
        return url.origin() in self._own or (
            url.scheme == "https" and url.port == 443 and url.host in _REPLY_HOSTS
        )

    def file_address(self, address: str) -> URL | None:
        """Return where a file may be fetched, over TLS on official hosts; None if nowhere."""
        url = _parsed(address)
        if url is None:
            return None
        if url.origin() in self._own:
            return url
        if not url.is_default_port() or not (url.host or "").endswith(_FILE_DOMAINS):
            return None
        return url.with_scheme("https") if url.scheme == "http" else url


def _parsed(address: str) -> URL | None:
    try:
        # The signature of a file's address breaks when it is quoted anew.
        url = URL(address, encoded=True)
        url.origin()
    except (ValueError, TypeError, UnicodeError):
        return None
    if url.scheme not in ("http", "https") or url.user is not None or url.password is not None:
        return None
    return url
