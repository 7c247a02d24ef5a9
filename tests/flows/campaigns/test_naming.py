"""For whom something is, as staff write it, and as they read it again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.campaigns.campaign import Audience
from flows.campaigns.naming import Places, named, written

PLACES = Places(
    chats={"c1": "骆驼商会群", "c2": "蛟川企业群", "c3": "镇海民营企业交流群"},
    chambers=("骆驼商会", "镇海区总商会"),
    towns=("骆驼街道", "蛟川街道", "澥浦镇"),
    industries=("紧固件", "石化"),
    tags=("专精特新", "高新技术企业"),
    enterprises=("镇海恒通紧固件有限公司",),
)


@pytest.mark.parametrize(
    ("text", "meant", "shown"),
    [
        ("全部企业群", {"chats": ("*",)}, "全部企业群"),
        ("所有群都发", {"chats": ("*",)}, "全部企业群"),
        ("蛟川企业群、骆驼商会群", {"chats": ("c1", "c2")}, "骆驼商会群、蛟川企业群"),
        ("骆驼街道的企业群", {"chats": ("*",), "towns": ("骆驼街道",)}, "骆驼街道的企业群"),
        ("澥浦的群", {"chats": ("*",), "towns": ("澥浦镇",)}, "澥浦镇的企业群"),
        (
            "骆驼街道的专精特新企业负责人",
            {"towns": ("骆驼街道",), "tags": ("专精特新",), "people": True},
            "骆驼街道、专精特新企业的人（一对一）",
        ),
        ("小微企业主", {"sizes": ("micro", "small"), "people": True}, None),
        ("全部企业的负责人", {"people": True}, "全部企业的人（一对一）"),
        (
            "全部企业群，也单聊发给负责人",
            {"chats": ("*",), "people": True},
            "全部企业群、全部企业的人（一对一）",
        ),
        (
            "镇海恒通紧固件有限公司",
            {"enterprises": ("镇海恒通紧固件有限公司",), "people": True},
            "镇海恒通紧固件有限公司的人",
        ),
    ],
)
def test_staff_say_for_whom_it_is(text: str, meant: dict[str, Any], shown: str | None) -> None:
    found = named(text, PLACES)
    assert found == Audience(**meant)
    if shown is not None:
        assert written(found, PLACES) == shown


@pytest.mark.parametrize("text", ["明天上午", "张三的群聊天记录", "", "外星商会"])
def test_who_is_not_known_is_not_guessed(text: str) -> None:
    assert named(text, PLACES) is None


@given(st.text(max_size=60))
def test_no_text_means_somebody_whom_it_does_not_name(text: str) -> None:
    found = named(text, PLACES)
    assert found is None or not found.empty
