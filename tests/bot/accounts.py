"""People with accounts at two channels: a rich one, which is the office's own, and a poor one."""

from collections.abc import Collection, Mapping, Sequence

from bot.addressing import Addressing
from bot.channels.base import Manner
from bot.storage.rows import Attached, Reach
from flows.office import Content, Door, Exposure, Shown
from handlers.ports import Group, PersonId

RICH, POOR = Reach("rich", "robot", "r-1"), Reach("poor", "gh", "p-1")
POOR_MANNER = Manner(door=Door.OFFICIAL_ACCOUNT, cards=False, limit=2048)
EXPOSURE = Exposure(
    {
        (content, door): Shown.LOGIN
        if (content, door) == (Content.CONTACT, Door.OFFICIAL_ACCOUNT)
        else Shown.FULL
        for content in Content
        for door in Door
    }
)
ADDRESSING = Addressing(EXPOSURE, "rich", "robot", Manner(), {"poor": POOR_MANNER})


class Records:
    """Who has which accounts, and who works here."""

    def __init__(
        self, accounts: Mapping[PersonId, Sequence[Reach]], staff: Collection[PersonId]
    ) -> None:
        self._accounts = accounts
        self._staff = staff

    async def reach(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Reach]]:
        return {one: self._accounts[one] for one in persons if one in self._accounts}

    async def holders(self, persons: Sequence[PersonId]) -> Collection[PersonId]:
        return {one for one in persons if one in self._staff}

    async def groups(self) -> Sequence[Group]:
        return ()

    async def attached(self, files: Sequence[str]) -> Mapping[str, Attached]:
        return {}
