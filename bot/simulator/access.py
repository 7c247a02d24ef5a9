"""Who may call: access tokens, 20 calls a second per API, and the month's quota."""

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.simulator.errors import ApiError, OapiError, bad_token, month_exceeded, qps_exceeded
from bot.simulator.identifiers import Identifiers
from bot.simulator.observations import Clock, Observations
from bot.simulator.timings import Timings

SECOND = timedelta(seconds=1)


class Access:
    """The doorkeeper of the OpenAPI."""

    def __init__(
        self,
        credentials: Mapping[str, str],
        *,
        clock: Clock,
        ids: Identifiers,
        timings: Timings,
        observations: Observations,
        qps: int | None = 20,
        monthly_api_calls: int | None = None,
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._ids = ids
        self._life = timings.token_life
        self._observations = observations
        self._tokens: dict[str, datetime] = {}
        self._calls: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self.qps = qps
        self.monthly_api_calls = monthly_api_calls
        self.tokens_given = 0

    def token(self, client_id: str, client_secret: str) -> tuple[str, int] | None:
        """Give a token, the same one while it lives; None for wrong credentials."""
        if self._credentials.get(client_id) != client_secret:
            return None
        now = self._clock()
        self.tokens_given += 1
        live = [token for token, end in self._tokens.items() if end > now]
        token = live[0] if live else self._ids.hexadecimal(32)
        self._tokens = {token: now + self._life}
        return token, int(self._life.total_seconds())

    def expire(self) -> None:
        """Let every token die now."""
        self._tokens.clear()

    def _alive(self, token: str | None) -> bool:
        end = self._tokens.get(token or "")
        return end is not None and end > self._clock()

    def admit(self, path: str, token: str | None, *, exempt: bool) -> None:
        """Check a call of the new API: token, second, month."""
        self._observations.came(path)
        if not self._alive(token):
            raise bad_token()
        self._admit_second(path)
        self._admit_month(exempt)
        self._observations.count_call(path, exempt=exempt)

    def admit_old(self, path: str, token: str | None, *, exempt: bool) -> None:
        """Check a call of the old API, which says the same in numbers."""
        self._observations.came(path)
        if not self._alive(token):
            raise OapiError(40014, "不合法的access_token")
        try:
            self._admit_second(path)
            self._admit_month(exempt)
        except ApiError as error:
            number = 90018 if "Qps" in error.code else 90020
            raise OapiError(number, error.message) from error
        self._observations.count_call(path, exempt=exempt)

    def _admit_second(self, path: str) -> None:
        if self.qps is None:
            return
        now = self._clock()
        window = self._calls[path]
        while window and now - window[0] >= SECOND:
            window.popleft()
        if len(window) >= self.qps:
            raise qps_exceeded()
        window.append(now)

    def _admit_month(self, exempt: bool) -> None:
        limit = self.monthly_api_calls
        if not exempt and limit is not None and self._observations.api_calls >= limit:
            raise month_exceeded()
