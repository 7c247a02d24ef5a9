"""Template messages: whom nobody may write to hears of it all the same, once."""

from __future__ import annotations

import pytest

from bot.channels.base import CLOSED, Confirmed, Form, Letter, Message, SendFault, SendUnknown
from bot.channels.wechat.templates import BLOCKED, FAILED
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.api import PUSH
from bot.simulator.wechat.broadcasts import TEMPLATE
from bot.simulator.wechat.people import Follower
from flows.office import Door
from tests.wechat import FIRM, Line, into, line

FORM = Form(
    id="T1", fields=(("thing1", "您的诉求有新进展"), ("time2", "2026年11月24日 09:00")), key="f1"
)

SECOND = FORM.model_copy(update={"part": 2})


def notice(n: int = 1, form: Form | None = FORM) -> Letter:
    """Word a notice, or a part of one, to somebody who has not written for days."""
    told = Message(title="亲清助手", text="您的诉求有新进展", form=form)
    door = Door.OFFICIAL_ACCOUNT
    return Letter(id=n, robot="gh_1", door=door, to=FIRM, message=told, key=f"k{n}")


def silent(there: Line) -> None:
    """Let somebody follow who has not written for days, and the account have the form."""
    there.platform.people.followers[FIRM] = Follower()
    there.platform.api.many.templates.add("T1")


async def test_who_has_not_written_for_days_gets_the_form() -> None:
    async with line() as there:
        silent(there)
        receipt = await there.channel.send(notice())
        (form,) = there.platform.api.many.forms
        assert receipt.key.startswith("template:")
        assert (form["client_msg_id"], "url" in form) == ("f1", False)
        assert there.platform.people.told(FIRM) == ["您的诉求有新进展\n2026年11月24日 09:00"]


async def test_who_may_be_written_to_gets_the_words() -> None:
    async with line() as there:
        silent(there)
        there.platform.people.wrote(FIRM)
        await there.channel.send(notice())
        assert TEMPLATE not in there.platform.api.calls


async def test_the_window_is_asked_once_and_the_form_goes_without_a_call_the_next_time() -> None:
    async with line() as there:
        silent(there)
        await there.channel.send(notice(1))
        await there.channel.send(notice(2, FORM.model_copy(update={"key": "f2"})))
        assert there.platform.api.calls.count(PUSH) == 1
        assert len(there.platform.api.many.forms) == 2


async def test_a_notice_without_a_form_is_refused_as_before() -> None:
    async with line() as there:
        silent(there)
        with pytest.raises(SendFault) as refused:
            await there.channel.send(notice(form=None))
        assert refused.value.code == CLOSED


async def test_the_parts_of_one_message_are_one_form() -> None:
    async with line() as there:
        silent(there)
        first = await there.channel.send(notice())
        later = notice(2, SECOND).model_copy(update={"first": first.key})
        assert await there.channel.send(later) == first
        assert len(there.platform.api.many.forms) == 1


async def test_a_later_part_is_no_form_where_the_first_part_arrived_as_words() -> None:
    async with line() as there:
        silent(there)
        there.platform.people.wrote(FIRM)
        first = await there.channel.send(notice())
        there.platform.people.followers[FIRM].by_message = 0
        with pytest.raises(SendFault) as refused:
            await there.channel.send(notice(2, SECOND).model_copy(update={"first": first.key}))
        assert refused.value.code == CLOSED
        assert there.platform.api.many.forms == []


async def test_a_form_that_is_ordered_anew_is_shown_anew() -> None:
    async with line() as there:
        silent(there)
        first = await there.channel.send(notice())
        anew = notice(form=FORM.model_copy(update={"key": "f1-anew"}))
        second = await there.channel.send(anew.model_copy(update={"key": "k1-anew"}))
        assert second != first
        assert len(there.platform.api.many.forms) == 2


async def test_too_many_forms_in_a_minute_are_tried_later_and_rest_no_words() -> None:
    async with line() as there:
        silent(there)
        there.platform.api.script.once[TEMPLATE].append(Fault(code=45011))
        with pytest.raises(SendFault) as refused:
            await there.channel.send(notice())
        assert (refused.value.code, refused.value.breaks) == ("45011", "")
        assert refused.value.retry_after


async def test_a_form_whose_answer_was_lost_is_shown_once() -> None:
    async with line() as there:
        silent(there)
        there.platform.api.script.once[TEMPLATE].append(Fault(done=True))
        with pytest.raises(SendUnknown):
            await there.channel.send(notice())
        await there.channel.send(notice())
        assert len(there.platform.people.told(FIRM)) == 1


@pytest.mark.parametrize("code", [40037, 43101, 43004, 43019, 45009, 47003])
async def test_a_form_that_is_refused_is_not_tried_again_and_stops_nothing_else(code: int) -> None:
    async with line() as there:
        silent(there)
        there.platform.api.script.once[TEMPLATE].append(Fault(code=code))
        with pytest.raises(SendFault) as refused:
            await there.channel.send(notice())
        told = refused.value
        assert (told.code, told.retry_after, told.breaks) == (str(code), None, "")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("success", Confirmed("sent")),
        ("failed:user block", Confirmed("failed", BLOCKED)),
        ("failed: system failed", Confirmed("failed", FAILED)),
    ],
)
async def test_what_the_platform_reports_is_written_down_before_it_is_answered(
    status: str, told: Confirmed
) -> None:
    noted: list[tuple[str, str, Confirmed]] = []
    async with line(settled=into(noted)) as there:
        event = {"MsgID": "200163836", "Status": status}
        brought = there.platform.happen(FIRM, "TEMPLATESENDJOBFINISH", **event)
        await brought.is_over.wait()
        assert brought.bodies == [b"success"]
        assert noted == [("wechat", "template:200163836", told)]
