"""What leaves through which door, in which words, to which address."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Enclosure
from bot.outbox import Outbox, card_id
from bot.storage.rows import Attached, DeliveryRow, Reach
from bot.texts import Texts
from flows.engine.words import Choice, Key
from flows.office import Content, Door, Exposure, Shown
from handlers.ports import (
    Arrival,
    Filed,
    Group,
    PersonId,
    Place,
    Post,
    ReplyPath,
    Sender,
    Text,
    To,
    ToArrival,
    ToGroup,
    ToPerson,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TEXTS = Texts(
    {
        "engine.title": "亲清助手",
        "exposure.login": "请单聊查看",
        "t.body": "内容：${x}",
        "t.brief": "新的工单 ${n}",
        "t.title": "工单",
        "t.status": "待受理",
        "label.yes": "确认",
        "file.kind.picture": "图片",
        "file.kind.file": "文件",
        "file.pending": "${name} 还在取",
        "file.unshown": "${name}（${size}）打不开",
        "act.typed.accept": "受理 ${number}",
        "act.typed.assign": "交办 ${number}",
        "door.private.numbers": "回复数字：",
        "door.private.typed": "${label}：回复「${typed}」",
        "door.group.numbers": "＠我回复数字：",
        "door.group.typed": "${label}：＠我回复「${typed}」",
    }
)
EXPOSURE = Exposure(
    {
        (Content.PROGRESS, Door.PRIVATE): Shown.FULL,
        (Content.PROGRESS, Door.ENTERPRISE_GROUP): Shown.FULL,
        (Content.PROGRESS, Door.STAFF_GROUP): Shown.FULL,
        (Content.BODY, Door.PRIVATE): Shown.FULL,
        (Content.BODY, Door.STAFF_GROUP): Shown.TITLE,
        (Content.BODY, Door.ENTERPRISE_GROUP): Shown.LOGIN,
    }
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STAFF = Group("cidStaff", "工作群", "staff")
BODY = Text("t.body", {"x": "停电"})
BRIEF = (Text("t.brief", {"n": "ZH-2026-0001"}),)


class Records:
    """Where people and groups are, as the records know it."""

    async def reach(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Reach]]:
        known = {1: Reach("dingtalk", "robot-b", "staff-1"), 2: Reach("dingtalk", "robot", None)}
        return {person: [known[person]] for person in persons if person in known}

    async def holders(self, persons: Sequence[PersonId]) -> Sequence[PersonId]:
        return ()

    async def groups(self) -> Sequence[Group]:
        return (STAFF,)

    async def attached(self, files: Sequence[str]) -> Mapping[str, Attached]:
        known = {
            "picture": Attached("stored", "picture", "", "aa", "image/jpeg", 300 * 1024),
            "table": Attached("stored", "file", "*表*.XLSX", "bb", XLSX, 2 * 1024 * 1024),
            "coming": Attached("pending", "file", "*表*.xlsx"),
            "refused": Attached("refused", "picture", ""),
        }
        return {name: known[name] for name in files if name in known}


def filed(
    *,
    private: bool = True,
    chat: str = "cid",
    staff_id: str | None = "staff-9",
    lives: timedelta = timedelta(hours=1),
) -> Filed:
    arrival = Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id="m1",
        sender=Sender(staff_id, "union-9", "sender-9"),
        place=Place(private, chat),
        at=NOW,
        reply_path=ReplyPath("https://example.com/reply", NOW + lives),
    )
    return Filed(7, arrival, person=9)


async def rows(*posts: Post, arrival: Filed | None = None, cards: bool = True) -> list[DeliveryRow]:
    outbox = Outbox(TEXTS, EXPOSURE, lambda: NOW, channel="dingtalk", robot="robot", cards=cards)
    arrivals = {arrival.id: arrival} if arrival else {}
    return list(await outbox(Records(), posts, arrivals))


def post(
    to: To,
    content: Content = Content.PROGRESS,
    *,
    brief: tuple[Text, ...] = (),
    choices: tuple[Choice, ...] = (),
    answers: bool = False,
    card: str | None = None,
    update: bool = False,
    question: tuple[int, int] | None = None,
) -> Post:
    return Post(
        to=to,
        content=content,
        parts=(BODY, BODY),
        dedupe="d1",
        brief=brief,
        choices=choices,
        title=Text("t.title"),
        status=Text("t.status"),
        card=card,
        update=update,
        question=question,
        arrival=7 if answers else None,
    )


async def test_a_person_is_written_to_under_the_account_last_used() -> None:
    (row,) = await rows(post(ToPerson(1)))
    assert (row.robot, row.door, row.to, row.lane) == ("robot-b", "private", "staff-1", "n:1")
    assert (row.state, row.person, row.mention, row.reply_url) == ("ready", 1, "", "")


async def test_parts_become_one_message() -> None:
    (row,) = await rows(post(ToPerson(1)))
    assert row.message.text == "内容：停电\n\n内容：停电"
    assert (row.message.title, row.message.status) == ("工单", "待受理")


@pytest.mark.parametrize("person", [2, 3])
async def test_somebody_without_a_staff_id_has_no_address(person: int) -> None:
    (row,) = await rows(post(ToPerson(person)))
    assert (row.to, row.reply_url) == ("", "")


async def test_an_answer_goes_back_by_the_reply_path() -> None:
    (row,) = await rows(post(ToArrival(), answers=True), arrival=filed(staff_id=None))
    assert (row.to, row.state, row.lane) == ("", "ready", "p:9")
    assert row.reply_url == "https://example.com/reply"


async def test_a_sender_without_a_staff_id_is_known_from_earlier() -> None:
    nameless = replace(filed(staff_id=None, lives=timedelta(0)), person=1)
    (row,) = await rows(post(ToArrival(), answers=True), arrival=nameless)
    assert (row.to, row.state) == ("staff-1", "ready")


async def test_an_answer_in_a_group_mentions_the_sender() -> None:
    arrival = filed(private=False, chat="cidStaff")
    (row,) = await rows(post(ToArrival(), answers=True), arrival=arrival)
    assert (row.door, row.to, row.mention, row.lane) == (
        "staff_group",
        "cidStaff",
        "staff-9",
        "p:9",
    )


async def test_an_unknown_group_counts_as_one_of_enterprises() -> None:
    arrival = filed(private=False, chat="cidSomewhere")
    (row,) = await rows(post(ToArrival(), Content.BODY, answers=True), arrival=arrival)
    assert row.door == "enterprise_group"
    assert row.message.text == "请单聊查看"


async def test_the_reply_path_of_a_group_never_serves_a_private_post() -> None:
    arrival = filed(private=False)
    (row,) = await rows(post(ToPerson(9), answers=True), arrival=arrival)
    assert (row.reply_url, row.reply_until) == ("", None)


async def test_the_reply_path_of_one_person_never_serves_another() -> None:
    (row,) = await rows(post(ToPerson(1), answers=True), arrival=filed())
    assert row.reply_url == ""


async def test_a_private_answer_may_use_the_own_private_reply_path() -> None:
    (row,) = await rows(post(ToPerson(9), answers=True), arrival=filed(staff_id=None))
    assert (row.reply_url, row.state) == ("https://example.com/reply", "ready")


async def test_the_reply_path_serves_only_its_own_group() -> None:
    arrival = filed(private=False, chat="cidStaff")
    (own,) = await rows(post(ToGroup("cidStaff"), answers=True), arrival=arrival)
    (other,) = await rows(post(ToGroup("cidOther"), answers=True), arrival=arrival)
    assert own.reply_url
    assert not other.reply_url


async def test_a_group_gets_the_brief_where_only_a_title_may_leave() -> None:
    choice = Choice("受理", "a:accept:ZH-2026-0001", "primary")
    (row,) = await rows(post(ToGroup("cidStaff"), Content.BODY, brief=BRIEF, choices=(choice,)))
    assert row.message.text == "新的工单 ZH-2026-0001"
    assert "停电" not in row.message.model_dump_json()
    assert row.message.spelt == "受理：＠我回复「受理 ZH-2026-0001」"
    assert row.lane == "g:cidStaff"


async def test_nothing_is_sent_where_only_a_title_may_leave_and_there_is_none() -> None:
    assert await rows(post(ToGroup("cidStaff"), Content.BODY)) == []


async def test_an_arrival_is_answered_even_where_its_answer_may_not_be_shown() -> None:
    arrival = filed(private=False, chat="cidStaff")
    (row,) = await rows(post(ToArrival(), Content.BODY, answers=True), arrival=arrival)
    assert row.message.text == "请单聊查看"


async def test_where_login_is_asked_neither_words_nor_choices_leave() -> None:
    choice = Choice("停电", "pick:what:停电")
    (row,) = await rows(post(ToGroup("cidX"), Content.BODY, brief=BRIEF, choices=(choice,)))
    assert (row.message.title, row.message.text) == ("亲清助手", "请单聊查看")
    assert (row.message.options, row.message.status) == ((), "")


async def test_a_cell_that_is_not_decided_is_the_strictest() -> None:
    (row,) = await rows(post(ToPerson(1), Content.INSTRUCTION))
    assert row.message.text == "请单聊查看"


async def test_choices_become_options() -> None:
    choices = (
        Choice(Key("label.yes"), "confirm", "primary"),
        Choice("*甲*", "pick:x:甲", "plain"),
        Choice("供电", "a:assign:ZH-2026-0001:gdj"),
    )
    (row,) = await rows(post(ToPerson(1), choices=choices))
    assert [(o.label, o.action, o.style) for o in row.message.options] == [
        ("确认", "confirm", "primary"),
        ("＊甲＊", "pick:x:甲", "plain"),
        ("供电", "a:assign:ZH-2026-0001:gdj", "plain"),
    ]
    assert row.message.spelt.split("  \n") == [
        "回复数字：",
        "1 确认",
        "2 ＊甲＊",
        "供电：回复「交办 ZH-2026-0001」",
    ]


async def test_a_card_keeps_its_id_through_its_updates() -> None:
    first, changed = await rows(
        post(ToPerson(1), card="ticket", choices=(Choice("甲", "x"),)),
        post(ToPerson(1), card="ticket", update=True),
    )
    assert first.card == changed.card == card_id("ticket")
    assert len(first.card) <= 100
    assert (first.update, changed.update) == (False, True)


async def test_choices_without_a_named_card_get_one_of_their_own() -> None:
    (row,) = await rows(post(ToPerson(1), choices=(Choice("甲", "x"),)))
    assert row.card == card_id("d1")


async def test_plain_text_is_no_card() -> None:
    (row,) = await rows(post(ToPerson(1)))
    assert row.card == ""


async def test_without_cards_nothing_promises_one_and_nothing_is_updated() -> None:
    (row,) = await rows(
        post(ToPerson(1), choices=(Choice("甲", "x"),), card="ticket"),
        post(ToPerson(1), card="ticket", update=True),
        cards=False,
    )
    assert row.card == ""


async def test_a_question_names_its_person() -> None:
    (row,) = await rows(post(ToPerson(1), question=(1, 4)))
    assert (row.person, row.question) == (1, 4)


async def test_an_answer_without_an_arrival_is_a_defect() -> None:
    with pytest.raises(ValueError, match="names none"):
        await rows(post(ToArrival()))


def enclosing(file: str, to: To | None = None, content: Content = Content.BODY) -> Post:
    return Post(to=to or ToPerson(1), content=content, parts=(), dedupe=f"file:{file}", file=file)


async def test_files_go_out_in_order_as_messages_of_their_own() -> None:
    picture, table = await rows(enclosing("picture"), enclosing("table"))
    assert picture.message.file == Enclosure(
        sha256="aa", name="图片.jpg", extension="jpg", mime="image/jpeg", size=300 * 1024
    )
    assert picture.message.text == "图片.jpg（300 KB）打不开"
    assert table.message.file is not None
    assert (table.message.file.name, table.message.file.extension) == ("_表_.xlsx", "xlsx")
    assert table.message.text == "＿表＿.xlsx（2.0 MB）打不开"
    assert (picture.lane, picture.door, picture.card) == ("n:1", "private", "")


async def test_a_file_that_is_still_being_fetched_is_told_of() -> None:
    (row,) = await rows(enclosing("coming"))
    assert row.message.file is None
    assert row.message.text == "＊表＊.xlsx 还在取"


async def test_refused_and_unknown_files_are_left_out() -> None:
    assert await rows(enclosing("refused"), enclosing("nowhere")) == []


@pytest.mark.parametrize("content", list(Content))
async def test_a_file_never_goes_to_a_group(content: Content) -> None:
    everything = Exposure({(content, door): Shown.FULL for door in Door})
    outbox = Outbox(TEXTS, everything, lambda: NOW, channel="x", robot="r", cards=True)
    arrival = filed(private=False, chat="cidStaff")
    back = replace(enclosing("table", ToArrival(), content), arrival=7)
    posts = [enclosing("picture", ToGroup("cidStaff"), content), back]
    assert await outbox(Records(), posts, {7: arrival}) == []


async def test_what_was_approved_for_a_group_goes_there_with_words_that_stand_for_it() -> None:
    everything = Exposure({(Content.NOTICE, door): Shown.TITLE for door in Door})
    outbox = Outbox(TEXTS, everything, lambda: NOW, channel="x", robot="r", cards=True)
    told = (Text("t.brief", {"n": "请来要"}),)
    given = enclosing("picture", ToGroup("cidStaff"), Content.NOTICE)
    approved = replace(given, parts=told, brief=told, campaign="TS-2026-001")
    (row,) = await outbox(Records(), [approved], {})
    assert row.message.file is not None
    assert (row.door.is_group, row.message.instead) == (True, False)
    assert "请来要" in row.message.text


async def test_a_file_is_held_back_where_its_content_may_not_be_shown() -> None:
    assert await rows(enclosing("picture", content=Content.INSTRUCTION)) == []
