"""Who the officials are, read from the line 参加领导 as offices write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.registration.officials import officials


def read(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.post) for one in officials(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("副区长张建华", [("张建华", "副区长")]),
        ("张三（区委书记）、李四(副区长)", [("张三", "区委书记"), ("李四", "副区长")]),
        ("区委书记 张三；王五 区经信局局长", [("张三", "区委书记"), ("王五", "区经信局局长")]),
        ("1.区长赵六\n2.副区长钱七", [("赵六", "区长"), ("钱七", "副区长")]),
        ("区委常委、宣传部部长李四", [("李四", "区委常委、宣传部部长")]),
        ("吴三民副区长等领导", [("吴三民", "副区长")]),
        ("王副区长", [("王副区长", "副区长")]),
        ("区委书记奚平", [("奚平", "区委书记")]),
        ("阿卜杜拉·买买提 区政协副主席", [("阿卜杜拉·买买提", "区政协副主席")]),
        ("区长欧阳𠮷", [("欧阳𠮷", "区长")]),
        ("区经信局、局长王五", [("区经信局", ""), ("王五", "局长")]),
        ("区长办公室", [("区长办公室", "")]),
        ("区委书记", [("区委书记", "")]),
        ("张三、张三", [("张三", "")]),
    ],
)
def test_names_and_posts_are_told_apart(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


@given(st.text(max_size=200))
def test_whatever_was_written_nobody_is_without_a_name(text: str) -> None:
    assert all(one.name for one in officials(text))
