"""Builders of tickets, people and moments for the tests of the life cycle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.config import load_config
from bot.office import office_of
from flows.tickets import told
from flows.tickets.acting import Act
from flows.tickets.case import (
    CoTask,
    Extension,
    Instruction,
    Joined,
    LeaderCase,
    Meeting,
    Note,
    Relation,
    Reply,
    ReturnRequest,
    State,
    Supervision,
    Suspension,
    Ticket,
    Tier,
)
from flows.tickets.children import Errand, FollowUp, Outcome, RestReason, Satisfaction, Sounding
from flows.tickets.clocks import Clock, Deadline, Passage
from flows.tickets.moves import filed
from flows.tickets.parts import Actor, Part
from flows.tickets.policy import Moment

OFFICE = office_of(load_config())
POLICY, DAYS, LADDER = OFFICE.policy, OFFICE.days, OFFICE.ladder
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday, 09:00 in Zhenhai
ME, OTHER, AUTHOR, LEADER = 7, 8, 9, 20
NUMBER = "ZH-2026-0001"
ANSWER = "线路已检修完毕，支线开关十一月二十六日前更换，联系供电所。"


def moment(at: datetime = NOW) -> Moment:
    """Return a moment of the office."""
    return Moment(at, DAYS, POLICY)


def local(text: str) -> datetime:
    """Read a time of the office: "2026-11-24 09:00"."""
    return datetime.fromisoformat(f"{text}+08:00")


def actor(*parts: Part, person: int = ME, units: frozenset[str] | None = None) -> Actor:
    """Return somebody in these parts."""
    if units is None:
        units = frozenset()
        units |= {"gdj"} if Part.LEAD in parts else frozenset()
        units |= {"jxj"} if Part.SUPPORT in parts else frozenset()
        units |= {"rsj"} if Part.ASKED in parts else frozenset()
    serves = {ME} if Part.SECRETARY in parts else ()  # whose words TOLD has
    return Actor(person, frozenset(parts), units, frozenset(serves))


def ticket(state: State = State.SUBMITTED, at: datetime = NOW, **fields: Any) -> Ticket:
    """Return a new ticket, put into a state."""
    new = Ticket(
        number=NUMBER,
        reporter=1,
        enterprise="镇海恒通紧固件有限公司",
        contact="陈建国",
        phone="13805740001",
        category="power",
        body="停电了",
        created_at=at,
    )
    return filed(new, moment(at)).model_copy(update={"state": state, **fields})


REPLY = Reply(text=ANSWER, outcome=Outcome.SOLVED, by=AUTHOR, at=NOW, round=0)


def deadline(clock: Clock, due_at: datetime, limit: str = "5WD") -> Deadline:
    """Return a clock that is up at some moment."""
    return Deadline(key=clock.value, since=NOW - timedelta(days=9), limit=limit, due_at=due_at)


def ready(state: State, act: Act) -> Ticket:
    """Return a ticket on which nothing but the table decides."""
    soon, past = NOW + timedelta(days=10), NOW - timedelta(hours=1)
    fields: dict[str, Any] = {
        "lead_unit": "gdj",
        "first_contact_at": NOW,
        "dispatched_at": NOW,
        "reply": REPLY,
        "audited_at": NOW,
        "leaders": (LeaderCase(leader=LEADER, why="hard", since=NOW),),
        "deadlines": (deadline(Clock.HANDLE, soon),),
        "round": POLICY.rounds if act is Act.CLOSE_UNHAPPY else 0,
        "joined": (Joined(person=ME),),
    }
    fields.update(_NEEDED.get(act, {}))
    match act:
        case Act.LAPSE:
            fields["deadlines"] = (deadline(Clock.SUPPLEMENT, past),)
        case Act.TAKE_AS_SIGNED:
            fields["deadlines"] = (deadline(Clock.SIGN, past),)
        case Act.REVIVE:
            lapsed = ticket(State.NEED_INFO).model_copy(
                update={"deadlines": (deadline(Clock.SUPPLEMENT, past),)}
            )
            fields["passages"] = (*lapsed.passages, _passage("lapse", State.WITHDRAWN))
            fields["closed_at"] = NOW
        case Act.CLOSE_UNRATED:
            fields["no_calls"] = True
            fields["audited_at"] = NOW - timedelta(days=20)
    if state is State.RETURN_REVIEW:
        fields["returns"] = (_RETURN,)
    if state in {State.CLOSED, State.REJECTED}:
        fields["closed_at"] = NOW
    if state is State.MERGED:
        fields |= {"merged_at": NOW, "was": State.SUBMITTED, "merged_into": "ZH-2026-0009"}
    return ticket(state, **fields)


def _passage(act: str, state: State) -> Passage:
    return Passage(at=NOW, act=act, state=state)


_RETURN = ReturnRequest(unit="gdj", basis="不归供电", suggested="zjj", by=AUTHOR, at=NOW)
_LONGER = Extension(days=3, reason="待料", by=AUTHOR, at=NOW, was_due=NOW)
_REST = Suspension(
    reason=RestReason.SEASON,
    text="汛期不能开挖",
    resume_on=date(2026, 11, 24),
    days=0,
    by=AUTHOR,
    at=NOW,
)
_STRUCK = Supervision(
    rung=2,
    clock="handle",
    deadline=NOW,
    at=NOW,
    due_at=NOW + timedelta(days=1),
    sends_at=NOW + timedelta(minutes=30),
)
_ERRANDS = Instruction(
    leader=LEADER,
    text="抓紧",
    at=NOW,
    errands=(
        Errand(who="gdj", what="换开关", by_when=date(2026, 12, 1)),
        Errand(who="jxj", what="报产值", by_when=date(2026, 12, 1)),
        Errand(who="7", what="协调", by_when=date(2026, 12, 1), name="周岚"),
    ),
)
_TICKED = tuple(one.model_copy(update={"done_at": NOW, "done_by": ME}) for one in _ERRANDS.errands)
_SOUNDING = Sounding(unit="rsj", by=OTHER, at=NOW, until=NOW + timedelta(hours=2))
_NEEDED: dict[Act, dict[str, Any]] = {
    Act.OURS: {"soundings": (_SOUNDING,)},
    Act.NOT_OURS: {"soundings": (_SOUNDING,)},
    Act.WAIVE: {"co_tasks": (CoTask(unit="jxj"),)},
    Act.OPINION: {"co_tasks": (CoTask(unit="jxj"),)},
    Act.LONGER: {"extensions": (_LONGER,)},
    Act.NOT_LONGER: {"extensions": (_LONGER,)},
    Act.REST: {"suspensions": (_REST,)},
    Act.NO_REST: {"suspensions": (_REST,)},
    Act.RESUME: {"suspensions": (_REST.model_copy(update={"granted": True, "decided_at": NOW}),)},
    Act.CALL_OFF: {"supervisions": (_STRUCK,)},
    Act.ANSWER: {
        "supervisions": (_STRUCK, _STRUCK.model_copy(update={"clock": "opinion:jxj"})),
    },
    Act.DONE: {"instructions": (_ERRANDS,)},
    Act.UNDONE: {"instructions": (_ERRANDS.model_copy(update={"errands": _TICKED}),)},
    Act.ASK_AFTER: {"follow_ups": (FollowUp(on=date(2026, 11, 24)),)},
    Act.FOLLOW_UP: {"follow_ups": (FollowUp(on=date(2026, 11, 24)),)},
    Act.INSTRUCT: {"joined": ()},  # ME says it, who may not have the same problem
    Act.RELEASE: {"confidential": True},
    Act.CALLS_TOO: {"no_calls": True},
    Act.SIGN: {"handler": ""},
    Act.NO_EMERGENCY: {"emergency": True},
    Act.JOIN: {"relations": (Relation(kind="near", number="ZH-2026-0009"),)},
}

MASTER = ticket(State.IN_PROGRESS, number="ZH-2026-0009")
SOON = date(2026, 12, 1)
WORDS = told.Words("已与企业通了电话")
TOLD: dict[Act, Any] = {
    Act.SOUND_OUT: told.SoundOut("rsj"),
    Act.ASSIGN: told.Dispatch("gdj", ("jxj",)),
    Act.SIGN: told.Handler("李强", "13805740021"),
    Act.PASS_ON: told.Handler("张工", "13805740022", "运检部"),
    Act.RETURN: told.Return("不归供电", "zjj"),
    Act.RULE_MOVED: told.Ruling("属住建", "zjj"),
    Act.RULE_KEPT: told.Ruling("属供电"),
    Act.WAIVE: told.Waiver("jxj", "已口头答复"),
    Act.ASK_LONGER: told.Longer(3, "待料"),
    Act.ASK_REST: told.Resting(RestReason.SEASON, "汛期", SOON),
    Act.RETIER: told.Retier(Tier.COMPLEX),
    Act.REPLY: told.Answer(ANSWER, Outcome.SOLVED),
    Act.STAGE: told.Stage(SOON, ANSWER),
    Act.AS_STAGE: told.Stage(SOON),
    Act.RATE: told.Rating(Satisfaction.SATISFIED),
    Act.RATE_FOR: told.Rating(Satisfaction.MOSTLY, "电话里说还行", "phone"),
    Act.RATE_ALSO: told.Rating(Satisfaction.MOSTLY),
    Act.TRY: told.Try(),
    Act.ASK_REJECT: told.Reject("劳动争议由仲裁处理", "区劳动仲裁院"),
    Act.REJECT: told.Reject("劳动争议由仲裁处理", "区劳动仲裁院"),
    Act.MERGE: told.Merge(MASTER),
    Act.JOIN: told.Join(),
    Act.TRANSFER: told.Transfer("法院", "已告知企业向法院起诉"),
    Act.RECONTACT: told.Contact(3, "小陈", "13805740003", "营业执照"),
    Act.LEAD: told.Lead(OTHER),
    Act.HAND_OVER: told.Lead(OTHER, "handed_over"),
    Act.MEET: told.Met("talk", date(2026, 11, 24), "面商了停电赔偿"),
    Act.INSTRUCT: told.Instructed(ME, "请供电局本周解决"),
    Act.DONE: told.ErrandDone("开关已换好"),
    Act.FOLLOW_UP: told.FollowedUp("法院已立案", SOON),
    Act.SUPERVISE: told.Supervised(2, "handle", NOW, NOW, NOW),
    Act.EMERGENCY: told.Emergency(NOW, "厂区积水，等不到上班"),
    Act.NO_EMERGENCY: told.Emergency(NOW),
}
"""What is told with each act, where a sentence is not enough."""


def resting(days: int = 5, **fields: Any) -> Suspension:
    """Return a rest that was granted until SOON."""
    return Suspension(
        reason=RestReason.SEASON,
        text="汛期",
        resume_on=SOON,
        days=days,
        by=AUTHOR,
        at=NOW,
        granted=True,
        **fields,
    )


def telling(act: Act) -> Any:
    """Return what is usually told with an act."""
    return TOLD.get(act, WORDS)


__all__ = [
    "ANSWER",
    "AUTHOR",
    "DAYS",
    "LADDER",
    "LEADER",
    "ME",
    "NOW",
    "NUMBER",
    "OFFICE",
    "OTHER",
    "POLICY",
    "REPLY",
    "SOON",
    "WORDS",
    "Meeting",
    "Note",
    "actor",
    "deadline",
    "local",
    "moment",
    "ready",
    "resting",
    "telling",
    "ticket",
]
