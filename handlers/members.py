"""Who people are and what they may do: binding, invitations, tasks of staff, roles, groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flows import reading
from flows.engine.words import Start
from flows.office import Content
from flows.tickets.forms.common import units_in
from handlers.book import name_of
from handlers.codes import INVITE_DAYS, drawn_invite, spelt
from handlers.deputies import accept
from handlers.deregistering import is_gone
from handlers.leading import post_ended
from handlers.pairing.standing import standing, whose
from handlers.people import claimed, task_choices, task_text
from handlers.ports import Group, Invite, Person, Post, Role, Task, Text, ToPerson
from handlers.talk import Talk
from handlers.visit import Visit

INVITED = "invite"  # a line of the history of who invited
ROLES = {
    "受理员": Role.CLERK,
    "受理负责人": Role.SUPERVISOR,
    "联络员": Role.LIAISON,
    "部门联络员": Role.LIAISON,
    "领导": Role.LEADER,
    "秘书": Role.SECRETARY,
    "领导秘书": Role.SECRETARY,
    "督办": Role.INSPECTOR,
    "活动专员": Role.ORGANISER,
    "管理员": Role.ADMIN,
}
KINDS = {"企业群": "enterprise", "工作群": "staff", "部门群": "department", "领导群": "leader"}


def _unit_of(visit: Visit, role: Role | None, rest: str) -> str | None:
    """Read what goes with a role: a 联络员's department, a 秘书's leader; None = it is missing."""
    if role is Role.LIAISON:
        return next(iter(units_in(rest, visit.book.office.departments)), None)
    if role is Role.SECRETARY:
        leaders = visit.book.roster.holders(Role.LEADER)
        named = ((one.id, name_of(visit.book, one.id)) for one in leaders)
        return next((str(ident) for ident, name in named if name and name in rest), None)
    return ""


@dataclass(frozen=True, slots=True)
class Members:
    """People as the office knows them."""

    talk: Talk

    # Asked for by anybody ------------------------------------------------------------------

    async def human(self, visit: Visit) -> None:
        """Say whom to call, and offer to be called (转人工)."""
        visit.say("human.phone", phone=visit.book.office.phone)
        await self.callback(visit)

    async def callback(self, visit: Visit) -> None:
        """Open the wish to be called (请给我回电话)."""
        await self.talk.open(visit, "callback", Start(text=visit.request.rest))

    async def bind(self, visit: Visit) -> None:
        """Open the binding to an enterprise (绑定)."""
        if visit.person.binding == "bound" and not visit.request.rest:
            visit.say("binding.known", enterprise=visit.person.enterprise)
            return
        await self.talk.open(visit, "binding", Start(text=visit.request.rest))

    async def redeem(self, visit: Visit) -> None:
        """Bind by an invitation code."""
        typed = visit.request.rest.upper()
        code = "".join(ch for ch in typed if ch.isascii() and ch.isalnum())
        found = await visit.book.writing.people.redeem(code, visit.person.id, visit.book.now)
        if found is None:
            visit.say("invite.unknown")
            return
        if found.deputy_of is not None:
            await accept(visit, found)
            return
        if await is_gone(visit, found.enterprise):
            self._gone(visit, found.enterprise)
            return
        person = replace(
            visit.person,
            enterprise=found.enterprise,
            name=found.name or visit.person.name,
            binding="bound",
        )
        visit.book.put_person(person)
        visit.book.entries.append(
            visit.record(
                f"person:{person.id}",
                "bind",
                "reporter",
                after="bound",
                personal={"enterprise": found.enterprise},
            )
        )
        visit.say("invite.used", enterprise=found.enterprise)

    def over_quota(self, visit: Visit) -> None:
        """Answer a message whose text the platform withheld, and tell the administrators."""
        visit.say("quota.over", phone=visit.book.office.phone)
        day = visit.book.now.date().isoformat()
        visit.book.posts.extend(
            Post(
                to=ToPerson(admin.id),
                content=Content.INTERNAL,
                parts=(Text("quota.admin"),),
                dedupe=f"quota:{day}:{admin.id}",
            )
            for admin in visit.book.roster.holders(Role.ADMIN)
        )

    # Tasks of staff ------------------------------------------------------------------------

    async def verify(self, visit: Visit) -> None:
        """Settle a task by its number: 核验 12, 核验不通过 12, 已回电 12."""
        number = "".join(ch for ch in visit.request.text if ch.isdigit())
        if not number or len(number) > 9:  # a row's id, never longer
            visit.say("task.which")
            return
        await self.settle(visit, visit.request.word, int(number))

    async def record(self, visit: Visit) -> None:
        """Write down for a caller by the task's number: 代录 12."""
        number = "".join(ch for ch in visit.request.text if ch.isdigit())
        if not number or len(number) > 9:
            visit.say("task.which")
            return
        await self.settle(visit, "record", int(number))

    async def settle(self, visit: Visit, verb: str, number: int) -> None:
        """Do a task's button, if the person takes tickets on."""
        if not visit.person.has(Role.CLERK, Role.SUPERVISOR, Role.ADMIN):
            visit.card_status = Text("card.not_yours")
            (visit.say if visit.in_private else visit.tell)("task.not_yours")
            return
        task = await visit.book.tx.tasks.get(number)
        if task is None:
            visit.say("task.unknown_number", task=number)
            return
        caller = visit.book.persons[(await standing(visit.book, [task.person]))[task.person]]
        if verb == "show":
            visit.book.entries.append(visit.record(f"person:{caller.id}", "view", "clerk"))
            shown = claimed(caller, task.detail) if "change" in task.detail else caller
            visit.private.append(task_text(task.id, task.kind, shown))
            visit.offer(*(() if task.done_by else task_choices(task.id, task.kind)))
        elif task.done_by is not None:
            visit.say("task.done_already", task=number)
        elif verb == "record" and task.kind == "callback":
            await self.talk.open(visit, "report", Start(), f"caller:{caller.id}:{task.id}")
        elif verb == "called" and task.kind == "callback":
            await self._close(visit, task)
            visit.say("task.called_done", task=number)
        elif verb in {"verify", "unverify"} and task.kind == "binding":
            await self._verify(visit, task, caller, good=verb == "verify")
        else:
            visit.say("task.which")

    async def _close(self, visit: Visit, task: Task) -> None:
        await visit.book.writing.tasks.done(task.id, visit.person.id, visit.book.now)
        visit.card_status = Text("card.answered")
        visit.card_over = True

    def _gone(self, visit: Visit, enterprise: str) -> None:
        visit.say("deregister.gone", enterprise=enterprise, phone=visit.book.office.phone)

    async def _verify(self, visit: Visit, task: Task, caller: Person, *, good: bool) -> None:
        changes = "change" in task.detail  # a bound person says that they are somebody else now
        # What is confirmed is what was shown: a first claim may be newer than the task.
        told = claimed(caller, task.detail) if changes else caller
        if good and await is_gone(visit, told.enterprise):
            self._gone(visit, told.enterprise)
            visit.say("task.unverify_it", task=task.id)
            return
        await self._close(visit, task)
        if caller.binding != "pending" and not changes:  # bound by an invitation meanwhile
            visit.say("task.done_already", task=task.id)
            return
        if good:
            person = replace(told, binding="bound")
        else:
            person = caller if changes else replace(caller, binding="none", enterprise="")
        visit.book.put_person(person)
        visit.book.entries.append(
            visit.record(f"person:{person.id}", "verify", "clerk", after=person.binding)
        )
        visit.say("task.verified" if good else "task.unverified", task=task.id)
        visit.book.posts.append(
            Post(
                to=ToPerson(person.id),
                content=Content.NOTICE,
                parts=(
                    Text(
                        "binding.bound" if good else "binding.refused",
                        {
                            "enterprise": told.enterprise,
                            "phone": visit.book.office.phone,
                        },
                    ),
                ),
                dedupe=f"task:{task.id}:told",
            )
        )

    # Rights --------------------------------------------------------------------------------

    async def invite(self, visit: Visit) -> None:
        """Make an invitation code: 发邀请码 企业名 姓名."""
        if not visit.person.has(Role.CLERK, Role.SUPERVISOR, Role.ADMIN):
            visit.say("rights.none")
            return
        words = visit.request.rest.split()
        if not words:
            visit.say("invite.how")
            return
        if await is_gone(visit, words[0]):
            self._gone(visit, words[0])
            return
        code = drawn_invite()
        expires = visit.book.now + timedelta(days=INVITE_DAYS)
        name = words[1] if len(words) > 1 else ""
        await visit.book.writing.people.invite(
            Invite(code, words[0], name, visit.person.id, expires)
        )
        invited = {"enterprise": words[0], "name": name}
        visit.book.entries.append(
            visit.record(f"person:{visit.person.id}", INVITED, "clerk", personal=invited)
        )
        visit.say("invite.made", code=spelt(code), enterprise=words[0], until=expires.date())

    async def grant(self, visit: Visit) -> None:
        """Give or take a role: 授权 账号 受理员, 授权 账号 联络员 供电公司, 收回授权 …"""
        if not visit.person.has(Role.ADMIN):
            visit.say("rights.none")
            return
        who, _, rest = visit.request.rest.partition(" ")
        role = next((ROLES[word] for word in rest.split() if word in ROLES), None)
        unit = _unit_of(visit, role, rest)
        person = await whose(visit.book, visit.filed.arrival.channel, who)
        if role is None or unit is None:
            visit.say("rights.how_secretary" if role is Role.SECRETARY else "rights.how")
            return
        if person is None:
            visit.say("rights.nobody", who=who)
            return
        taking = visit.request.word == "revoke"
        change = visit.book.writing.people.revoke if taking else visit.book.writing.people.grant
        await change(person.id, role, unit, visit.person.id)
        name = person.name or person.nick or who
        visit.say("rights.revoked" if taking else "rights.granted", name=name, role=rest)
        if taking and role is Role.LEADER:
            await post_ended(visit.book, person.id)

    async def set_group(self, visit: Visit) -> None:
        """Say what kind of group this is: 本群设为 工作群."""
        if not visit.person.has(Role.ADMIN):
            (visit.say if visit.in_private else visit.tell)("rights.none")
            return
        rest = visit.request.rest
        kind = next((value for word, value in KINDS.items() if word in rest), None)
        if visit.in_private or kind is None:
            (visit.say if visit.in_private else visit.tell)("rights.group_how")
            return
        units = units_in(rest, visit.book.office.departments)
        place = visit.filed.arrival.place
        await visit.book.writing.people.set_group(
            Group(
                place.chat,
                reading.normalise(place.title),
                kind,  # type: ignore[arg-type]
                units[0] if units else "",
                channel=visit.filed.arrival.channel,
            )
        )
        visit.book.entries.append(visit.record(f"group:{place.chat}", "kind", "admin", after=kind))
        visit.tell("rights.group_set", kind=rest.strip())
