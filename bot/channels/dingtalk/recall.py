"""Taking messages back: by key, at most twenty in a call; cards are emptied instead."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.channels.base import WEBHOOK, Delivered, SendFault
from bot.channels.dingtalk import payloads
from bot.channels.dingtalk.body import Body
from bot.channels.dingtalk.client import Client
from flows.office import Door

CARDS = "/v1.0/card/instances"
FROM_GROUP = "/v1.0/robot/groupMessages/recall"
FROM_PERSON = "/v1.0/robot/otoMessages/batchRecall"  # in this path "oto" is written small
MOST = 20
REASON_LIMIT = 200  # bytes

GONE = ""
NO_KEY = "no.key"  # a reply, which the platform gives no name
CUSTOM_ROBOT = "custom.robot"  # what it said stays
UNCONFIRMED = "unconfirmed"


class Recaller:
    """Takes back what can be, and says of everything else why not.

    Recipients of one batch share a key: taken back for one, it is taken back for all of them.
    """

    def __init__(self, client: Client, robot: str, withdrawn: str) -> None:
        """`withdrawn` is what an emptied card says."""
        self._client = client
        self._robot = robot
        self._withdrawn = withdrawn

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Return per delivery why it still stands; empty = it is gone."""
        results: dict[int, str] = {}
        calls: defaultdict[tuple[str, str], list[Delivered]] = defaultdict(list)
        for one in sent:
            if one.to.startswith(WEBHOOK):
                results[one.id] = CUSTOM_ROBOT
            elif not one.key:
                results[one.id] = NO_KEY
            elif one.via == "card":
                results[one.id] = await self._empty(one.key)
            else:
                chat = "" if one.door == Door.PRIVATE else one.to
                calls[one.robot or self._robot, chat].append(one)
        for (robot, chat), group in calls.items():
            found = await self._take_back(robot, chat, list(dict.fromkeys(x.key for x in group)))
            results.update((one.id, found[one.key]) for one in group)
        return results

    async def _take_back(self, robot: str, chat: str, keys: Sequence[str]) -> Mapping[str, str]:
        results = dict.fromkeys(keys, UNCONFIRMED)
        where = {"openConversationId": chat} if chat else {}
        path = FROM_GROUP if chat else FROM_PERSON
        for part in _parts(keys):
            body = {"robotCode": robot, **where, "processQueryKeys": part}
            try:
                answer = Body(await self._client.call("POST", path, body, repeatable=True))
            except SendFault as fault:  # what other calls took back is told all the same
                results.update(dict.fromkeys(part, fault.code))
                continue
            refused = answer.part("failedResult")
            done = answer.items("successResult")
            for key in part:
                if key in done:
                    results[key] = GONE
                elif key in refused:
                    reason = refused.text(key) or UNCONFIRMED
                    results[key] = payloads.clipped(reason, REASON_LIMIT)
        return results

    async def _empty(self, card: str) -> str:
        body = payloads.card_emptied(card, self._withdrawn)
        try:
            await self._client.call("PUT", CARDS, body, repeatable=True)
        except SendFault as fault:
            return fault.code
        return GONE


def _parts(keys: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), MOST):
        yield list(keys[start : start + MOST])
