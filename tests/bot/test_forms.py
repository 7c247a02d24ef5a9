"""Forms: which notices go as a template message, and what stands in its fields."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Form, Message
from bot.config import BASE, ConfigFault, load_config
from bot.config.wechat import WeChatRules, load_wechat
from bot.forms import Forms, fitted
from flows.office import Content
from handlers.ports import Post, Text, To, ToGroup, ToPerson

NOW = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
FIELDS = {"character_string1": "${number}", "thing2": "${text}", "time3": "${time}"}
ONE = ToPerson(7)
EXPOSURE = load_config().exposure


def forms(kind: str = "case", fields: dict[str, str] | None = None) -> Forms:
    template = {"for": kind, "id": "T1", "fields": fields or FIELDS}
    rules = WeChatRules.model_validate({"template": [template], "mass": {"a_month": 4}})
    return Forms(rules, EXPOSURE, "镇海区工商联", lambda: NOW)


def filled(
    post_key: str = "notice.closed",
    *,
    made: Forms | None = None,
    to: To = ONE,
    content: Content = Content.PROGRESS,
    ticket: str | None = "ZH-2026-0001",
    text: str = "您的诉求**有新进展**  \n请查看",
    **more: Any,
) -> Form | None:
    post = Post(to, content, (Text(post_key),), "d1", ticket=ticket, **more)
    return (made or forms()).on(post, Message(title="亲清助手", text=text)).form


def test_a_notice_of_a_case_has_its_number_its_first_line_and_the_time() -> None:
    form = filled()
    assert form is not None
    assert dict(form.fields) == {
        "character_string1": "ZH-2026-0001",
        "thing2": "您的诉求有新进展",
        "time3": "2026年12月1日 14:00",
    }


def test_the_same_notice_has_the_same_key_and_another_has_another() -> None:
    other = Post(ToPerson(7), Content.PROGRESS, (Text("notice.closed"),), "d2", ticket="ZH-1")
    found = forms().on(other, Message(title="亲清助手", text="好")).form
    one, again = filled(), filled()
    assert one is not None
    assert again is not None
    assert found is not None
    assert one.key == again.key != found.key
    assert len(one.key) <= 32


@pytest.mark.parametrize(
    "more",
    [
        {"to": ToGroup("cid")},
        {"content": Content.CONTACT},  # the account shows nothing of it
        {"content": Content.INTERNAL},
        {"arrival": 3},  # an answer: who asked may be written to
        {"update": True},
        {"ticket": None},  # of a kind for which there is no form
        {"text": ""},  # a field would be empty
    ],
)
def test_what_is_no_notice_of_its_kind_has_no_form(more: dict[str, Any]) -> None:
    assert filled(**more) is None


def test_a_notice_by_campaign_has_a_form_where_its_kind_is_named() -> None:
    made = forms("push.notice", {"thing1": "${title}"})
    notice: dict[str, Any] = {
        "made": made,
        "ticket": None,
        "content": Content.NOTICE,
        "campaign": "TS-2026-001",
    }
    assert filled("campaign.message.notice", **notice) is not None
    assert filled("campaign.message.policy", **notice) is None


@pytest.mark.parametrize("key", ["registration.told.remind", "event.told.full", "survey.asked"])
def test_an_activity_s_notices_are_of_one_kind(key: str) -> None:
    made = forms("event", {"thing1": "${office}"})
    assert filled(key, made=made, ticket=None) is not None


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("thing1", "政" * 20, "政" * 20),
        ("thing1", "政😀" * 11, "政😀" * 9 + "政…"),
        ("thing1", "两\n行", "两 行"),
        ("phrase1", "已办结。", "已办结"),
        ("phrase1", "办理中等待答复", "办理中等待"),
        ("character_string1", "ZH-2026-0001号", "ZH-2026-0001"),
        ("name1", "陈" * 12, "陈" * 10),
    ],
)
def test_a_value_fits_its_field_with_whole_characters(field: str, value: str, shown: str) -> None:
    assert fitted(field, value) == shown


def test_the_office_has_no_forms_until_it_writes_them_down() -> None:
    assert load_config().wechat.template == ()


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ('for = "push.policy"\nid = "T"\nfields = {thing1 = "a"}', "for"),
        ('for = "case"\nid = "T"\nfields = {first = "a"}', "no field of the name first"),
        ('for = "case"\nid = "T"\nfields = {thing1 = "${name}"}', "blank 'name'"),
        ('for = "case"\nid = "T"\nurl = "http://a"\nfields = {thing1 = "a"}', "url"),
        ('for = "case"\nid = ""\nfields = {thing1 = "a"}', "id"),
    ],
)
def test_a_form_that_the_platform_would_refuse_is_refused_at_the_start(
    said: str, what: str, tmp_path: Path
) -> None:
    path = tmp_path / "wechat.toml"
    path.write_text(f"[[template]]\n{said}\n[mass]\na_month = 4\n", encoding="utf-8")
    with pytest.raises(ConfigFault, match=what):
        load_wechat(path)


def test_a_kind_has_one_form(tmp_path: Path) -> None:
    one = '[[template]]\nfor = "case"\nid = "T"\nfields = {thing1 = "a"}\n'
    path = tmp_path / "wechat.toml"
    path.write_text(f"{one}{one}[mass]\na_month = 4\n", encoding="utf-8")
    with pytest.raises(ConfigFault, match="it has a template already"):
        load_wechat(path)


def test_the_example_in_the_shipped_file_is_one_that_is_taken(tmp_path: Path) -> None:
    shipped = (BASE / "wechat.toml").read_text("utf-8")
    lines = shipped.split("# [[template]]\n", 1)[1].split("\n\n", 1)[0].splitlines()
    example = "\n".join(["[[template]]", *(line.removeprefix("# ") for line in lines)])
    path = tmp_path / "wechat.toml"
    path.write_text(f"{example}\n[mass]\na_month = 4\n".replace("抄来的模板编号", "T-1"), "utf-8")
    assert load_wechat(path).template[0].kind == "case"
