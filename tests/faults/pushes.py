"""A campaign through real processes: written and approved in chat, watched on the platform."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.channels.base import Hook
from bot.channels.dingtalk.outbound import CREATE_CARD, TO_GROUP
from bot.config import BASE
from bot.simulator.world import Group
from handlers import ports
from handlers.campaigns.records import Fate
from tests import servers
from tests.faults.fleet import BOT, Process
from tests.faults.records import UNSETTLED
from tests.faults.scene import Processes, Scene, scene, sqlite_file
from tests.wire.bot import until
from tests.wire.chat import CHIEF, CLERK, Wire

HEARD_WITHIN = 60.0  # of a machine that others use, too
SENT_WITHIN = 150.0  # a minute of a custom robot may lie in between
TITLE = "年底用工座谈会"
TEXT = "请各企业派人参加，地点在区工商联三楼。"
CUSTOM = "/robot/send"
CALLS = 2000

_STAFF = '\n[[group]]\nid = "cidDemoStaff=="\nname = "工作群"\nkind = "staff"\n'
_FIRM = '\n[[group]]\nid = "{id}"\nname = "{name}"\nkind = "enterprise"\n'
# At any hour of any day but for the last minute of one; the first leaves after a second.
_ANY_TIME = {
    "hold_seconds": "1",
    "quiet": '["23:59", "00:00"]',
    "working_days_only": "false",
}


def firms(count: int, *, custom: bool = False) -> tuple[Group, ...]:
    """Make groups of enterprises, with a custom robot in each or none."""
    kind = "hooked" if custom else "firm"
    return tuple(
        Group(
            f"cid-{kind}-{n:04}",
            f"企业群{kind}{n:04}",
            (),
            custom_token=f"token-{n:04}" if custom else None,
            custom_secret=f"SEC{n:04}" if custom else None,
        )
        for n in range(count)
    )


def overlay(folder: Path, groups: Sequence[Group], **numbers: int) -> Path:
    """Write a configuration in which campaigns to these groups leave at once."""
    made = folder / "config"
    made.mkdir(parents=True)
    text = (BASE / "campaigns.toml").read_text(encoding="utf-8")
    for name, value in {**_ANY_TIME, **{k: str(v) for k, v in numbers.items()}}.items():
        text, count = re.subn(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
        assert count == 1, name
    (made / "campaigns.toml").write_text(text, encoding="utf-8")
    people, _, _ = (BASE / "people.toml").read_text(encoding="utf-8").partition("\n[[group]]")
    known = [_FIRM.format(id=x.open_conversation_id, name=x.title) for x in groups]
    (made / "people.toml").write_text("".join((people, _STAFF, *known)), encoding="utf-8")
    return made


def office(
    folder: Path,
    url: str,
    groups: Sequence[Group],
    *,
    workers: int = 0,
    launcher: Sequence[str] = BOT,
    extra: Mapping[str, str] = {},
    **numbers: int,
) -> Processes:
    """Describe one process with all roles, or a gateway and workers; groups are the firms."""
    given = {
        "QINQING_DATABASE_URL": url,
        "QINQING_CONFIG_DIR": str(overlay(folder, groups, **numbers)),
        **extra,
    }
    make = partial(Process, launcher=launcher, cards=True, extra=given)

    def built(platform: str) -> Sequence[Process]:
        if not workers:
            return [make("all", folder, platform)]
        roles = [("gateway", 0), *(("worker", n) for n in range(workers))]
        return [
            make(f"{role}{n}", folder, platform, arguments=("--role", role)) for role, n in roles
        ]

    return built


@dataclass(slots=True)
class Pushes:
    """Staff who push to the groups of enterprises, and whoever looks at what became of it."""

    run: Scene
    groups: Sequence[Group]

    @property
    def wire(self) -> Wire:
        """The members in front of the bot."""
        return Wire(self.run.simulator, self.run.fleet.processes[0], self._heard)

    @property
    def senders(self) -> Sequence[Process]:
        """The processes that send."""
        return [one for one in self.run.fleet.processes if not one.name.startswith("gateway")]

    @property
    def _heard(self) -> dict[str, int]:
        """Where each of them has read up to: what was said so far is not news."""
        control = self.run.simulator.control
        last = max((bubble.seq for bubble in control.sent()), default=0)
        return {f"{user}@{control.place_of(user)}": last for user in (CLERK, CHIEF)}

    async def approved(self, *, cards: bool = True, title: str = TITLE) -> str:
        """Let one be written to every firm and approved; its number.

        Without a button it is no card, and the platform has no key by which to know it again.
        """
        wire = self.wire
        await self._asked(wire, f"写推送\n{title}\n{TEXT}", "发给谁")
        await self._asked(wire, "全部企业群", "请核对")
        if not cards:
            await self._asked(wire, "修改按钮", "要什么按钮")
            await wire.choose(CLERK, "不要按钮")
            await wire.hears(CLERK, "请核对", within=HEARD_WITHIN)
        await self._asked(wire, "确认", "草稿")
        await wire.choose(CLERK, "提交审批")
        await wire.hears(CHIEF, "待审批", within=HEARD_WITHIN)
        await wire.choose(CHIEF, "通过")
        await wire.hears(CHIEF, "已批准", within=HEARD_WITHIN)
        return await self.run.records.text("SELECT max(number) FROM campaign")

    async def _asked(self, wire: Wire, text: str, words: str) -> None:
        await wire.say(CLERK, text)
        await wire.hears(CLERK, words, within=HEARD_WITHIN)

    async def press(self, act: str, number: str) -> str:
        """Press a button of a campaign as its writer, and give what is answered."""
        wire = self.wire
        place = wire.control.place_of(CLERK)
        cards = [x for x in wire.control.sent(place=place) if x.out_track_id is not None]
        pressed = await wire.control.press(CLERK, cards[-1].out_track_id or "", f"c:{act}:{number}")
        assert pressed.answered
        return await wire.hears(CLERK, number, within=HEARD_WITHIN)

    async def hears(self, words: str) -> str:
        """Wait until the writer was told this, now or before."""
        wire = Wire(self.run.simulator, self.run.fleet.processes[0])
        return await wire.hears(CLERK, words, within=HEARD_WITHIN)

    def stand(self, words: str = "") -> Counter[str]:
        """Count what stands in each group of a firm, with these words, and was not taken back."""
        firms = {group.open_conversation_id for group in self.groups}
        wire = self.wire if words else None
        return Counter(
            bubble.place
            for bubble in self.run.simulator.control.sent()
            if bubble.place in firms
            and not bubble.recalled
            and (wire is None or words in wire.words(bubble))
        )

    def times(self) -> Sequence[datetime]:
        """Say when each message came to stand in a group of a firm."""
        firms = {group.open_conversation_id for group in self.groups}
        return [x.sent_at for x in self.run.simulator.control.sent() if x.place in firms]

    async def reached(self, count: int) -> None:
        """Wait until so many messages stand in the groups."""
        what = f"{count} messages stand there"
        await until(lambda: self.stand().total() >= count, within=SENT_WITHIN, what=what)

    async def stage(self, number: str) -> str:
        """Give the stage of a campaign."""
        return await self.run.records.text(
            f"SELECT stage FROM campaign WHERE number = '{number}'"  # noqa: S608
        )

    async def over(self, number: str, stage: str = "done") -> None:
        """Wait until a campaign is over and nothing is owed any more."""

        async def is_over() -> bool:
            open_rows = await self.run.records.number(UNSETTLED)
            return await self.stage(number) == stage and not open_rows

        await until(is_over, within=SENT_WITHIN, what=f"{number} is {stage}")

    async def fates(self, number: str) -> Sequence[Fate]:
        """Give what became of every target."""
        async with self.run.fleet.processes[0].records() as database, database.read() as tx:
            return await tx.campaigns.fates(number)

    async def in_hand(self, pid: int) -> int:
        """Count what a process, dead or alive, has on its way to the groups."""
        return await self.run.records.number(
            "SELECT count(*) FROM delivery WHERE state = 'sending'"  # noqa: S608
            f" AND campaign IS NOT NULL AND owner LIKE '%:{pid}:%'"
        )

    async def kill_while_sending(self, times: int) -> int:
        """Kill those who send, with messages on their way; say how many were on their way."""
        lost = 0
        for number in range(times):
            await self.reached(self.stand().total() + self.run.chance.randint(10, 25))
            await until(self._busy, within=SENT_WITHIN, what="somebody has messages on their way")
            # Who starts yet has none: killed again and again, nothing would be lost.
            lives = [one for one in self.senders if one.lives]
            victim = self.run.chance.choice(await self._busy() or lives)
            assert victim.process is not None
            await victim.kill()
            self.run.fleet.kills += 1
            caught = await self.in_hand(victim.process.pid)
            lost += caught
            print(f"kill {number}: {victim.name}, {caught} on their way")  # noqa: T201
            await victim.begin()
        for process in self.senders:
            await process.up()
        return lost

    async def _busy(self) -> list[Process]:
        """Return the senders that have messages on their way."""
        alive = [(one, one.process) for one in self.senders if one.lives]
        return [
            one for one, running in alive if running is not None and await self.in_hand(running.pid)
        ]

    def slow(self, seconds: float) -> None:
        """Let the platform take so long for a message, before or after it stands there."""
        control, chance = self.run.simulator.control, self.run.chance
        for path in (TO_GROUP, CREATE_CARD, CUSTOM):
            for _ in range(CALLS // 2):
                control.hang(path, seconds, executed=chance.random() < 0.5)

    async def hook(self, *, secret: Callable[[str], str] = str, origin: str = "") -> None:
        """Register the custom robots of the groups; `secret` may change what is known of them.

        `origin` is where their platform is looked for, if not where everything else is.
        """
        control = self.run.simulator.control
        async with self.senders[0].records() as database, database.begin() as tx:
            for group in self.groups:
                if group.custom_token is None:
                    continue
                address, known = control.custom_robot(group.open_conversation_id)
                place = ports.Group(hooked(group), group.title, "enterprise")
                if origin:
                    address = f"{origin}{CUSTOM}?{address.partition('?')[2]}"
                await tx.webhooks.put(place, Hook(address=address, secret=secret(known)))


@asynccontextmanager
async def pushing(
    folder: Path,
    groups: Sequence[Group],
    *,
    engine: str,
    workers: int = 0,
    launcher: Sequence[str] = BOT,
    extra: Mapping[str, str] = {},
    **numbers: int,
) -> AsyncIterator[Pushes]:
    """Start the office on new records; groups with a custom robot are no firms before `hook`.

    `extra` are further settings of its processes, `numbers` those of config/campaigns.toml.
    """
    firms = [group for group in groups if group.custom_token is None]
    async with address(engine, folder) as url:
        processes = office(
            folder, url, firms, workers=workers, launcher=launcher, extra=extra, **numbers
        )
        async with scene(processes, url, people=0, groups=groups) as run:
            yield Pushes(run, groups)


@asynccontextmanager
async def address(engine: str, folder: Path) -> AsyncIterator[str]:
    """Give the address of new records."""
    if engine == "sqlite":
        yield sqlite_file(folder)
        return
    async with servers.database() as url:
        yield url


def hooked(group: Group) -> str:
    """Name a group that is written to through its custom robot."""
    return f"webhook:{group.open_conversation_id}"


def found(fates: Sequence[Fate], stand: Counter[str], count: int) -> Sequence[str]:
    """Compare what the records say of every target with what stands on the platform."""
    told = [] if len(fates) == count else [f"{len(fates)} targets of {count}"]
    for fate in fates:
        number = stand[fate.key.removeprefix("g:").removeprefix("webhook:")]
        if number > 1:
            told.append(f"{fate.key} stands {number} times")
        if fate.state not in ENDED:
            told.append(f"{fate.key} is {fate.state}")
        elif (fate.state == "sent" and not number) or (fate.state in NOT_SENT and number):
            told.append(f"{fate.key} is {fate.state} and stands {number} times")
    return told


NOT_SENT = frozenset({"failed", "skipped", "cancelled"})
ENDED = NOT_SENT | {"sent", "unknown"}


def states(fates: Sequence[Fate]) -> Counter[str]:
    """Count targets by what became of them."""
    return Counter(fate.state for fate in fates)
