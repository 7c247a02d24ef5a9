"""Lengths in bytes, door by door (B17)."""

import json

import pytest

from flows.campaigns.lengths import Length, Room, length, parts

ROBOT = Room(15_000, as_json=True)
WECOM = Room(4096)


def test_chinese_is_counted_in_bytes() -> None:
    assert length("政" * 1365, WECOM) == Length(4095, 4096)
    assert length("政" * 1366, WECOM).over == 2
    assert length("𠮷" * 1024, WECOM).over == 0


def test_b17_one_byte_too_many_of_15_000_is_told() -> None:
    frame = len(json.dumps({"title": "政策", "text": ""}, separators=(",", ":")).encode()) - 6
    text = "a" * (15_000 - frame)
    assert length(text, ROBOT, "政策").over == 0
    assert length(text + "a", ROBOT, "政策").over == 1


def test_a_door_that_counts_json_counts_what_is_escaped() -> None:
    assert ROBOT.size('"\n\\') - ROBOT.size("") == 6
    assert WECOM.size('"\n\\') == 3


def test_what_fits_is_one_part() -> None:
    assert parts("政\n\n策", WECOM) == ("政\n\n策",)


def test_b17_15_001_bytes_of_chinese_are_cut_at_a_paragraph() -> None:
    text = "\n\n".join("政" * 300 for _ in range(17))
    cut = parts(text, ROBOT, "政策")
    assert len(cut) == 2
    assert "\n\n".join(cut) == text
    assert all(ROBOT.size(part, "政策") <= ROBOT.most for part in cut)


def test_each_part_keeps_room_for_its_number() -> None:
    cut = parts("策" * 3000, WECOM, spare=len("（1/3）\n".encode()))
    assert len(cut) == 3
    assert all(WECOM.size(f"（1/3）\n{part}") <= WECOM.most for part in cut)


@pytest.mark.parametrize("one", ["𠮷", "👨‍👩‍👧‍👦", "e\u0301", '"', "👍🏽"])
@pytest.mark.parametrize("room", [Room(100), Room(200, as_json=True)])
def test_b17_no_character_is_cut(one: str, room: Room) -> None:
    cut = parts(one * 60, room, "题")
    assert "".join(cut) == one * 60
    assert all(part == one * (len(part) // len(one)) for part in cut)
    assert all(room.size(part, "题") <= room.most for part in cut)


def test_a_title_that_leaves_no_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="no room"):
        parts("政策", Room(100, as_json=True), "题" * 40)
