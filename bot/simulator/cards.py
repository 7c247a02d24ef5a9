"""Interactive cards: their data, who sees which values, and what an update does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.errors import ApiError, bad_parameter

KEY_BYTES = 100
VALUE_BYTES = 1024
TRACK_CHARACTERS = 100


@dataclass(slots=True)
class Card:
    """One card instance; it may stand in several places."""

    out_track_id: str
    template_id: str
    params: dict[str, str]
    private: dict[str, dict[str, str]] = field(default_factory=dict)
    user_id_type: int = 1
    streams: bool = True
    spaces: dict[str, str] = field(default_factory=dict)

    def shown_to(self, user_id: str) -> dict[str, str]:
        """Give the values that one member sees."""
        return {**self.params, **self.private.get(user_id, {})}


@dataclass(frozen=True, slots=True)
class Update:
    """New values, and whether they replace all or only their own keys."""

    params: dict[str, str] | None
    private: dict[str, dict[str, str]]
    params_by_key: bool
    private_by_key: bool


class Cards:
    """The card instances of the app."""

    def __init__(self, templates: frozenset[str]) -> None:
        self._templates = templates
        self._cards: dict[str, Card] = {}
        # What a second creation under the same outTrackId gets: an error, or a quiet success.
        self.repeat_is_error = True

    def find(self, out_track_id: str) -> Card | None:
        """Look up a card that may not exist."""
        return self._cards.get(out_track_id)

    def get(self, out_track_id: Any) -> Card:
        """Look up a card that must exist."""
        card = self._cards.get(out_track_id) if isinstance(out_track_id, str) else None
        if card is None:
            raise ApiError(400, "param.cardNotExist", "卡片不存在")
        return card

    def create(self, body: Mapping[str, Any]) -> Card:
        """Create a card; the same outTrackId again changes nothing."""
        out_track_id = body.get("outTrackId")
        if not isinstance(out_track_id, str) or not 0 < len(out_track_id) <= TRACK_CHARACTERS:
            raise bad_parameter("outTrackId")
        existing = self._cards.get(out_track_id)
        if existing is not None:
            if self.repeat_is_error:
                raise ApiError(400, "param.cardAlreadyExist", "卡片已存在")
            return existing
        template_id = body.get("cardTemplateId")
        if not isinstance(template_id, str) or not template_id:
            raise ApiError(400, "param.templateNotExist", "卡片模板不存在")
        if template_id not in self._templates:
            raise ApiError(400, "param.templateUnpublished", "卡片模板未发布")
        card = Card(
            out_track_id,
            template_id,
            read_params(body.get("cardData")) or {},
            _private(body.get("privateData")),
            _user_id_type(body),
            body.get("callbackType") == "STREAM",
        )
        self._cards[out_track_id] = card
        return card

    def update(self, card: Card, update: Update) -> None:
        """Change a card; values are replaced as a whole unless the update is by key."""
        if update.params is not None:
            card.params = (
                {**card.params, **update.params} if update.params_by_key else update.params
            )
        for user_id, values in update.private.items():
            old = card.private.get(user_id, {}) if update.private_by_key else {}
            card.private[user_id] = {**old, **values}


def read_update(body: Mapping[str, Any], private: dict[str, dict[str, str]]) -> Update:
    """Read cardData and cardUpdateOptions of an update call or a callback's answer."""
    options = body.get("cardUpdateOptions") or {}
    return Update(
        read_params(body.get("cardData")),
        private,
        options.get("updateCardDataByKey") is True,
        options.get("updatePrivateDataByKey") is True,
    )


def read_private(body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Read the values for single members."""
    return _private(body.get("privateData"))


def _private(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict):
        return {}
    return {user_id: read_params(data) or {} for user_id, data in value.items()}


def read_params(data: Any) -> dict[str, str] | None:
    """Read a cardParamMap: every value a string of at most 1 KB."""
    if data is None:
        return None
    params = data.get("cardParamMap") if isinstance(data, dict) else None
    if not isinstance(params, dict):
        raise bad_parameter("cardData.cardParamMap")
    for key, value in params.items():
        if not isinstance(value, str):
            raise bad_parameter(f"cardParamMap.{key}.notString")
        if len(key.encode()) > KEY_BYTES:
            raise bad_parameter("cardParamMap.keyTooLong")
        if len(value.encode("utf-8", "surrogatepass")) > VALUE_BYTES:
            raise bad_parameter(f"cardParamMap.{key}.tooLong")
    return params


def _user_id_type(body: Mapping[str, Any]) -> int:
    value = body.get("userIdType", 1)
    if value not in {1, 2}:
        raise bad_parameter("userIdType")
    return int(value)
