"""Accounts: which person a platform's names belong to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, Row, bindparam, func, insert, select

from bot.storage.directory import Directory
from bot.storage.prepared import Insert, Prepared
from bot.storage.rows import Reach
from bot.storage.session import Session
from bot.storage.tables import account, person
from handlers.ports import Arrival, PersonId, Stale

Name = tuple[str, str, str]
"""Channel, kind and external id."""

TENANT = ""  # one organisation per channel so far
_KEY = ("channel", "tenant", "kind", "external_id")

FRESH = timedelta(hours=1)
"""So long it is not written down again that somebody was seen at the same place."""

_MATCHED = select(account.c.person).where(
    account.c.channel.in_(bindparam("channels", expanding=True)),
    account.c.tenant == TENANT,
    account.c.kind.in_(bindparam("kinds", expanding=True)),
    account.c.external_id.in_(bindparam("ids", expanding=True)),
)
_OWNERS = Prepared(lambda _: select(account).where(account.c.person.in_(_MATCHED)))
_OF_PERSONS = Prepared(
    lambda _: (
        select(account)
        .where(account.c.person.in_(bindparam("persons", expanding=True)))
        .order_by(account.c.seen_at.is_not(None), account.c.seen_at, account.c.id)
    )
)
_MERGED = Prepared(
    lambda _: select(person.c.id, person.c.merged_into).where(
        person.c.id.in_(bindparam("persons", expanding=True)), person.c.merged_into.is_not(None)
    )
)
_ADDED = Prepared(lambda insert: insert(account))


def _touching(insert: Insert) -> Executable:
    statement = insert(account)
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=_KEY,
        set_={
            "robot": fresh.robot,
            "nick": func.coalesce(fresh.nick, account.c.nick),
            "seen_at": fresh.seen_at,
            "left_at": None,
        },
    ).returning(account.c.channel, account.c.kind, account.c.external_id, account.c.person)


_TOUCHED = Prepared(_touching)


class Accounts:
    """Finds the person behind each sender, and where a person can be written to."""

    def __init__(self, session: Session, directory: Directory) -> None:
        self._session = session
        self._directory = directory

    async def resolve(self, arrivals: Sequence[Arrival]) -> Sequence[PersonId]:
        """Return who sent each arrival; people never seen before are created."""
        known = await self._known(arrivals)
        owners = {name: one.person for name, one in known.items()}
        newcomers = 0
        found: list[PersonId] = []
        for arrival in arrivals:
            names = [(arrival.channel, *name) for name in arrival.sender.names]
            owner = _owner(names, owners)
            if owner is None:
                newcomers += 1
                owner = -newcomers  # stands for the number it gets below
            for name in names:
                owners.setdefault(name, owner)
            found.append(owner)
        ids = await self.create(newcomers)
        real = {-number: made for number, made in enumerate(ids, start=1)}
        rows = self._rows(arrivals, found, owners, real, known)
        if rows:
            staff = sorted(await self._directory.holders(found))
            before = await self.seen(staff) if staff else None
            await self._touch(rows)
            if staff and await self.seen(staff) != before:
                await self._directory.changed()
        return [real.get(owner, owner) for owner in found]

    async def create(self, count: int, source: str = "") -> Sequence[PersonId]:
        """Add persons of whom nothing is known yet."""
        if not count:
            return ()
        row = {"binding": "none", "consent": "", "source": source}
        now = self._session.clock()
        result = await self._session.connection.execute(
            insert(person).returning(person.c.id, sort_by_parameter_order=True),
            [{**row, "created_at": now}] * count,
        )
        made: Sequence[PersonId] = result.scalars().all()
        return made

    async def reach(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Reach]]:
        """Return each person's accounts, one a channel, the one last used first.

        Who was linked to somebody else has theirs: what still names them arrives there.
        """
        found = await self._reach(persons)
        strange = [one for one in persons if one not in found]
        moved = await self._moved(strange) if strange else {}
        theirs = await self._reach(sorted(set(moved.values()))) if moved else {}
        return found | {old: theirs[new] for old, new in moved.items() if new in theirs}

    async def _reach(self, persons: Sequence[PersonId]) -> dict[PersonId, Sequence[Reach]]:
        result = await self._session.run(_OF_PERSONS, {"persons": list(persons)})
        robots: dict[PersonId, dict[str, str]] = defaultdict(dict)
        staff: dict[tuple[PersonId, str], str] = {}
        preferred: set[tuple[PersonId, str]] = set()
        for row in result:
            if row.kind == "staff":
                staff[row.person, row.channel] = row.external_id
            if row.preferred:
                preferred.add((row.person, row.channel))
            robots[row.person].pop(row.channel, None)  # the latest stands last
            robots[row.person][row.channel] = row.robot
        return {
            who: [
                Reach(channel, robot, staff.get((who, channel)), (who, channel) in preferred)
                for channel, robot in reversed(of.items())
            ]
            for who, of in robots.items()
        }

    async def _moved(self, persons: Sequence[PersonId]) -> Mapping[PersonId, PersonId]:
        """Return who of these is somebody else since their accounts were linked."""
        result = await self._session.run(_MERGED, {"persons": list(persons)})
        return {row.id: row.merged_into for row in result}

    async def holders(self, persons: Sequence[PersonId]) -> Collection[PersonId]:
        """Return who of these works for the office or a department."""
        return await self._directory.holders(persons)

    async def seen(
        self, persons: Sequence[PersonId]
    ) -> tuple[Mapping[PersonId, str], set[PersonId], Mapping[PersonId, frozenset[str]]]:
        """Return the latest nick of each, who has a staff id, and the channels of each."""
        result = await self._session.run(_OF_PERSONS, {"persons": list(persons)})
        rows = result.all()
        latest = {row.person: row for row in rows if row.nick is not None}
        nicks = {
            one: self._session.open_often(
                row.nick, "account.nick", row.channel, row.kind, row.external_id
            )
            for one, row in latest.items()
        }
        channels: dict[PersonId, set[str]] = defaultdict(set)
        for row in rows:
            channels[row.person].add(row.channel)
        reachable = {row.person for row in rows if row.kind == "staff"}
        return nicks, reachable, {one: frozenset(found) for one, found in channels.items()}

    async def owners_of_staff(self, ids: Iterable[tuple[str, str]]) -> Mapping[Name, PersonId]:
        """Return whose the (channel, staff id) pairs are."""
        wanted = [(channel, "staff", staff_id) for channel, staff_id in ids]
        known = await self._owners(wanted)
        return {name: known[name].person for name in wanted if name in known}

    async def add_staff(self, owners: Mapping[tuple[str, str], PersonId]) -> None:
        """Note accounts that were never heard of, for people known by name."""
        rows = [
            {
                "channel": channel,
                "tenant": TENANT,
                "kind": "staff",
                "external_id": staff_id,
                "person": owner,
                "robot": "",
            }
            for (channel, staff_id), owner in owners.items()
        ]
        if rows:
            await self._session.run(_ADDED, rows)

    async def _known(self, arrivals: Sequence[Arrival]) -> dict[Name, Row[Any]]:
        names = [(a.channel, *name) for a in arrivals for name in a.sender.names]
        return await self._owners(names)

    async def _owners(self, names: Sequence[Name]) -> dict[Name, Row[Any]]:
        """Return the names' accounts, with all others that their owners have."""
        result = await self._session.run(
            _OWNERS,
            {
                "channels": list({name[0] for name in names}),
                "kinds": list({name[1] for name in names}),
                "ids": list({name[2] for name in names}),
            },
        )
        return {(row.channel, row.kind, row.external_id): row for row in result}

    def _rows(
        self,
        arrivals: Sequence[Arrival],
        found: Sequence[PersonId],
        owners: Mapping[Name, PersonId],
        real: Mapping[PersonId, PersonId],
        known: Mapping[Name, Row[Any]],
    ) -> dict[Name, dict[str, object]]:
        """Make the accounts that are new, or seen elsewhere, otherwise or not for a while."""
        rows: dict[Name, dict[str, object]] = {}
        now = self._session.clock()
        latest, moved = _latest(known.values()), set[PersonId]()
        for arrival, owner in zip(arrivals, found, strict=True):
            for kind, external_id in arrival.sender.names:
                name = (arrival.channel, kind, external_id)
                if owners[name] != owner:  # it stays with whom it was
                    continue
                one = known.get(name)
                same = one is not None and one.seen_at == latest.get(owner)
                if owner in moved or not (same and self._is_fresh(one, arrival, now)):
                    moved.add(owner)
                    rows[name] = self._row(name, arrival, real.get(owner, owner), now)
        return rows

    def _is_fresh(self, one: Row[Any] | None, arrival: Arrival, now: datetime) -> bool:
        """Say whether an account says already what an arrival tells of it."""
        if one is None or one.robot != arrival.robot or one.seen_at is None or one.left_at:
            return False
        if not timedelta() <= now - one.seen_at < FRESH:
            return False
        nick = arrival.sender.nick
        if not nick or one.nick is None:
            return not nick
        name = (one.channel, one.kind, one.external_id)
        return bool(self._session.open_often(one.nick, "account.nick", *name) == nick)

    async def _touch(self, rows: Mapping[Name, Mapping[str, object]]) -> None:
        """Store new names and when, where and under which nick the known ones were seen."""
        # In key order, or two batches deadlock.
        result = await self._session.run(_TOUCHED, [rows[name] for name in sorted(rows)])
        for row in result:
            if rows[row.channel, row.kind, row.external_id]["person"] != row.person:
                raise Stale("somebody else met the same person first")

    def _row(
        self, name: Name, arrival: Arrival, owner: PersonId, now: datetime
    ) -> dict[str, object]:
        channel, kind, external_id = name
        nick = arrival.sender.nick
        return {
            "channel": channel,
            "tenant": TENANT,
            "kind": kind,
            "external_id": external_id,
            "person": owner,
            "robot": arrival.robot,
            "nick": self._session.seal_json(nick, "account.nick", *name) if nick else None,
            "seen_at": now,
        }


def _latest(rows: Iterable[Row[Any]]) -> Mapping[PersonId, datetime]:
    """Return when each person was last seen, under whatever name."""
    found: dict[PersonId, datetime] = {}
    for row in rows:
        if row.seen_at is not None:
            found[row.person] = max(found.get(row.person, row.seen_at), row.seen_at)
    return found


def _owner(names: Sequence[Name], owners: Mapping[Name, PersonId]) -> PersonId | None:
    """Pick the owner of the strongest known name that no stronger one speaks against."""
    ids_of: dict[tuple[PersonId, str, str], set[str]] = defaultdict(set)
    candidates = {owners[name] for name in names if name in owners}
    for (channel, kind, external_id), owner in owners.items():
        if owner in candidates:
            ids_of[owner, channel, kind].add(external_id)
    for position, name in enumerate(names):
        candidate = owners.get(name)
        if candidate is None:
            continue
        # Somebody who already has another staff id is another person with a shared weak name.
        if all(
            external_id in (ids_of.get((candidate, channel, kind)) or {external_id})
            for channel, kind, external_id in names[:position]
        ):
            return candidate
    return None
