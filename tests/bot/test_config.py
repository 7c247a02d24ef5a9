"""The staff's files: what is shipped holds together, and every fault names file, table and key."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.calendar import working_days
from bot.config import BASE, ConfigFault, load_config
from bot.config.people import GroupKind, RoleName
from flows.calendar import USUAL, Due
from flows.office import Content, Door, Shown
from flows.tickets.clocks import Clock
from flows.tickets.state import Tier

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "calendar_2026.json").read_text("utf-8"))
CONFIG = load_config()
CALENDAR = working_days(CONFIG.calendar, CONFIG.office.hours.segments)

Overlay = Callable[[str, str, str], Path]


@pytest.fixture
def overlay(tmp_path: Path) -> Overlay:
    """Make an overlay of one shipped file in which one piece of text is another."""

    def make(name: str, old: str, new: str) -> Path:
        text = (BASE / name).read_text("utf-8")
        assert old in text
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path

    return make


# What is shipped ----------------------------------------------------------------------------


def test_the_shipped_configuration_is_whole() -> None:
    assert len(CONFIG.departments) == 29
    assert len(CONFIG.taxonomy.categories) >= 65
    assert CONFIG.office.ticket_prefix == "ZH"
    assert CONFIG.office.conversation.remind_after == timedelta(minutes=30)
    assert CONFIG.office.attachments.max_bytes == 20 * 1024 * 1024


def test_the_shipped_limits_are_those_of_the_office() -> None:
    policy, ladder = CONFIG.ladders.policy(), CONFIG.ladders.ladder.ladder()
    handling = {tier.value: policy.limit(tier, Clock.HANDLE) for tier in Tier}
    assert handling == {
        "urgent": "2WD",
        "consult": "2WD",
        "general": "5WD",
        "complex": "15WD",
        "hard": "30WD",
    }
    assert [policy.terms(tier).longer for tier in Tier] == [0, 0, 5, 10, 30]
    assert ladder.offsets == (0, 1, 3, 5)
    assert ladder.slots == (time(9), time(15))
    assert policy.leader_tiers == {Tier.HARD}


def test_every_category_can_be_proposed_but_the_last() -> None:
    silent = [c.id for c in CONFIG.taxonomy.categories.values() if not c.keywords]
    assert set(silent) <= {"other.any"}


def test_repair_lines_stand_on_the_urgent_utilities() -> None:
    hotlines = {c.id: c.hotline for c in CONFIG.taxonomy.categories.values() if c.hotline}
    assert "95598" in hotlines["power.outage"]
    assert set(hotlines) == {"power.outage", "utility.water", "utility.flood"}


def test_the_demo_has_somebody_for_every_part_of_the_story() -> None:
    people = CONFIG.people
    assert people.demo
    assert all(person.dingtalk.startswith("demo-") for person in people.person)
    held = {grant.role for person in people.person for grant in person.roles}
    assert held == set(RoleName) - {RoleName.DEPUTY}  # nobody is away when the demo begins
    units = {person.unit for person in people.person if person.unit}
    assert units >= {"gdj", "jxj", "rsj", "hbj", "zjj"}
    assert {group.kind for group in people.group} == {GroupKind.ENTERPRISE, GroupKind.STAFF}


def test_a_role_is_held_only_in_its_time(overlay: Overlay) -> None:
    folder = overlay(
        "people.toml",
        'roles = ["clerk"]',
        'roles = [{ role = "clerk", since = 2026-03-01, until = 2026-03-31 }]',
    )
    clerk = load_config(overlay=folder).people.person[1]
    assert clerk.roles_on(date(2026, 2, 28)) == frozenset()
    assert clerk.roles_on(date(2026, 3, 31)) == {RoleName.CLERK}
    assert clerk.roles_on(date(2026, 4, 1)) == frozenset()


def test_a_group_never_sees_what_is_reported_or_by_whom() -> None:
    for door in Door:
        if door.is_group:
            assert CONFIG.exposure.shown(Content.BODY, door) is not Shown.FULL
            assert CONFIG.exposure.shown(Content.CONTACT, door) is Shown.LOGIN


def test_an_instruction_leaves_through_no_door() -> None:
    assert {CONFIG.exposure.shown(Content.INSTRUCTION, door) for door in Door} == {Shown.LOGIN}


# Overlay ------------------------------------------------------------------------------------


def test_a_file_of_the_overlay_stands_for_the_whole_file(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text(
        '[[person]]\ndingtalk = "u1"\nroles = ["clerk", "admin"]\n'
        '[[person]]\ndingtalk = "u2"\nroles = ["liaison"]\nunit = "gdj"\n'
        '[[group]]\nid = "cid1"\nkind = "staff"\n',
        "utf-8",
    )
    config = load_config(overlay=tmp_path)
    assert [person.dingtalk for person in config.people.person] == ["u1", "u2"]
    assert not config.people.demo
    assert config.departments == CONFIG.departments


def test_texts_are_flat_and_overlaid_file_by_file(tmp_path: Path) -> None:
    base, over = tmp_path / "base", tmp_path / "over"
    shutil.copytree(BASE, base, ignore=shutil.ignore_patterns("texts"))
    for folder, name, text in (
        (base, "desk", 'hello = "你好"\n[report.phone]\nask = "电话？"\n'),
        (base, "other", 'kept = "留"\n'),
        (base, "report", 'notice = "告知"\n'),
        (over, "desk", 'hello = "您好"\n[report.phone]\nask = "号码？"\n'),
    ):
        (folder / "texts").mkdir(parents=True, exist_ok=True)
        (folder / "texts" / f"{name}.toml").write_text(text, "utf-8")
    assert load_config(base).texts == {
        "desk.hello": "你好",
        "desk.report.phone.ask": "电话？",
        "other.kept": "留",
        "report.notice": "告知",
    }
    assert load_config(base, over).texts == {
        "desk.hello": "您好",
        "desk.report.phone.ask": "号码？",
        "other.kept": "留",
        "report.notice": "告知",
    }


def test_a_text_that_an_overlay_forgets_stops_the_start(tmp_path: Path) -> None:
    shipped = (BASE / "texts" / "sign.toml").read_text("utf-8")
    (tmp_path / "texts").mkdir()
    path = tmp_path / "texts" / "sign.toml"
    path.write_text(shipped.split("[phone]", maxsplit=1)[0], "utf-8")
    with pytest.raises(ConfigFault) as fault:
        load_config(overlay=tmp_path)
    assert str(path) in str(fault.value)
    assert "[phone]" in str(fault.value)
    assert '"label"' in str(fault.value)


def test_a_department_cannot_be_called_what_says_that_nobody_supports(overlay: Overlay) -> None:
    with pytest.raises(ConfigFault, match=r"departments\.toml"):
        load_config(overlay=overlay("departments.toml", 'id = "gsl"', 'id = "none"'))


def test_a_misspelt_file_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "peoples.toml").touch()
    with pytest.raises(ConfigFault, match=r"peoples\.toml: no file of this name"):
        load_config(overlay=tmp_path)


def test_a_misspelt_folder_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "sign.toml").touch()
    with pytest.raises(ConfigFault, match=r"sign\.toml: no folder of this name"):
        load_config(overlay=tmp_path)


@pytest.mark.parametrize("blank", ["${nummer}", "${Number}", "${}"])
def test_a_blank_that_a_text_does_not_have_stops_the_start(overlay: Overlay, blank: str) -> None:
    folder = overlay("texts/notice.toml", "${number} 有通知可能没送到", f"{blank} 有通知没送到")
    said = re.escape(f'key "undelivered": {blank} is none of')
    with pytest.raises(ConfigFault, match=said):
        load_config(overlay=folder)


def test_a_missing_overlay_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="does not exist"):
        load_config(overlay=tmp_path / "nowhere")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    text = (BASE / "office.toml").read_text("utf-8")
    (tmp_path / "office.toml").write_text(text, "utf-8-sig")
    assert load_config(overlay=tmp_path).office == CONFIG.office


# Faults -------------------------------------------------------------------------------------

LADDERS = (BASE / "ladders.toml").read_text("utf-8")
HARD = LADDERS[LADDERS.index("[tiers.hard]") : LADDERS.index("# 办理规矩")]

FAULTS = [
    ("ladders.toml", HARD, "", 'table [tiers], key "hard": missing table'),
    ("ladders.toml", "[tiers.hard]", "[tiers.harder]", 'table [tiers], key "harder": Input should'),
    ("ladders.toml", 'sign = "1h"', "", 'table [tiers] [urgent], key "sign": missing key'),
    ("ladders.toml", "longer = 0", 'longer = "0"', 'key "longer": Input should be a valid integer'),
    *(
        ("ladders.toml", 'accept = "1h"', f'accept = "{wrong}"', '[urgent], key "accept": a limit')
        for wrong in ("1 h", "1d", "1", "-1h", "0h", "0WD", "on:2026-12-01")
    ),
    ("ladders.toml", "rounds = 2 ", "round = 2 ", 'table [rules], key "rounds": missing key'),
    ("ladders.toml", 'home = "gsl"', 'home = "glss"', 'key "home": no department of this id'),
    ("ladders.toml", "relapse_days = 90", "relapse_days = 0", 'key "relapse_days"'),
    ("ladders.toml", '["hard"]', '["severe"]', 'table [rules], key "leader_tiers": Input should'),
    (
        "ladders.toml",
        '["09:00", "15:00"]',
        '["15:00", "09:00"]',
        'table [ladder], key "slots": the digests must follow each other',
    ),
    ("ladders.toml", "[0, 1, 3, 5]", "[0, 3, 1, 5]", '[ladder], key "offsets": a higher rung does'),
    ("ladders.toml", "[0, 1, 3, 5]", "[0, 1, 3]", 'table [ladder], key "offsets"'),
    ("ladders.toml", "\ncallback = 1\n", "\n", '[ladder.tops], key "callback": missing key'),
    ("ladders.toml", "\nhandle = 4\n", "\nhandle = 5\n", 'table [ladder] [tops], key "handle"'),
    ("ladders.toml", "\nhand = 4 ", "\n# ", '[ladder.tops], key "hand": missing key'),
    ("ladders.toml", "\nhand = 4 ", "\nfoot = 4\nhand = 4 ", 'key "foot": unknown key'),
    ("ladders.toml", "unanswered = 3 ", "unanswered = 1 ", 'key "unanswered"'),
    ("ladders.toml", '["08:30", "20:00"]', '["20:00", "08:30"]', 'key "awake": the hours begin'),
    ("office.toml", 'phone = "0574', "phone = 574 #", '"phone": Input should be a valid string'),
    ("office.toml", "[hours]", "colour = 1\n[hours]", 'top level, key "colour": unknown key'),
    ("office.toml", '"17:30"', '"7:30pm"', 'table [hours], key "segments"'),
    ("office.toml", '"17:30"', '"07:30"', "must follow each other"),
    ("office.toml", "leave_after_hours = 24", "leave_after_hours = 0", '"leave_after_hours"'),
    ("office.toml", '"report.notice"', '"x.y"', '[consent], key "text": no text has the key "x.y"'),
    ("office.toml", "[records]", "[records", "not valid TOML"),
    ("departments.toml", 'id = "fgj"', 'id = "gsl"', '[[department]] no. 2, key "id": the id'),
    ("departments.toml", 'id = "fgj"', 'id = "发改"', '[[department]] no. 2, key "id"'),
    ("departments.toml", "aliases =", "alias =", '[[department]] no. 1, key "alias": unknown key'),
    (
        "taxonomy.toml",
        'lead = "gdj"',
        'lead = "gdx"',
        'table [[category]] no. 1 [[sub]] no. 1, key "lead": no department has the id "gdx"',
    ),
    ("taxonomy.toml", 'support = ["jxj"', 'support = ["x"', 'key "support": no department'),
    ("taxonomy.toml", 'id = "power.capacity"', 'id = "power.outage"', "is used twice"),
    ("taxonomy.toml", "days = 3", 'days = "3"', '[[sub]] no. 1, key "days": Input should be'),
    ("exposure.toml", 'link_page = "full"', "", 'table [progress], key "link_page": missing key'),
    ("exposure.toml", "[rating]", "[ratings]", 'key "ratings"'),
    ("exposure.toml", "\nstaff_group", "\nstuff_group", 'table [progress], key "stuff_group"'),
    (
        "exposure.toml",
        '= "full"',
        '= "all"',
        'table [progress], key "enterprise_group": Input should',
    ),
    (
        "exposure.toml",
        'staff_group = "title"',
        'staff_group = "full"',
        'table [body], key "staff_group": "full" is never allowed in a group',
    ),
    ("people.toml", '["clerk"]', '["clark"]', "[[person]] no. 2 [[roles]] no. 1"),
    ("people.toml", 'kind = "staff"', 'kind = "stuff"', 'table [[group]] no. 2, key "kind"'),
    ("people.toml", 'unit = "gdj"', "", '[[person]] no. 4, key "unit": missing key'),
    ("people.toml", 'unit = "gdj"', 'unit = "gd"', '[[person]] no. 4, key "unit": no department'),
    (
        "people.toml",
        "demo-clerk-wang",
        "demo-owner-chen",
        '[[person]] no. 2, key "dingtalk": the same value as in [[person]] no. 1',
    ),
    ("people.toml", '\nserves = "demo-leader-zheng"', "", 'key "serves": missing key'),
    ("people.toml", 'serves = "demo-leader-zheng"', 'serves = "x"', 'key "serves": nobody with'),
    (
        "people.toml",
        '["secretary"]',
        '["deputy"]',
        'key "serves": nobody with this id is a liaison',
    ),
    (
        "people.toml",
        'roles = ["secretary"]\nserves = "demo-leader-zheng"',
        'roles = ["deputy"]\nserves = "demo-liaison-li"',
        'key "roles": a deputy needs a last day (until)',
    ),
    ("people.toml", 'kind = "staff"', 'kind = "department"', '[[group]] no. 2, key "unit"'),
    (
        "people.toml",
        'roles = ["clerk"]',
        'roles = [{ role = "clerk", since = 2026-02-01, until = 2026-01-01 }]',
        '[[person]] no. 2, key "roles": a role ends before it began',
    ),
    ("calendar/2026.toml", "year = 2026", "year = 2025", 'key "year": must be the name'),
    ("calendar/2026.toml", "2026-01-01,", "2027-01-01,", "2027-01-01 is not in the year 2026"),
    ("calendar/2026.toml", "2026-01-01,", "2026-01-03,", "2026-01-03 is a weekend day"),
    ("calendar/2026.toml", "2026-01-04,", "2026-01-05,", "2026-01-05 is a weekday"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), FAULTS)
def test_a_fault_names_file_table_and_key(
    overlay: Overlay, name: str, old: str, new: str, said: str
) -> None:
    folder = overlay(name, old, new)
    with pytest.raises(ConfigFault) as fault:
        load_config(overlay=folder)
    text = str(fault.value)
    assert text.startswith(f"{folder / name}: ")
    assert said in text
    assert text.endswith(".")
    assert "\n" not in text


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text('demo = true\n[[person]\nname = "x"\n', "utf-8")
    with pytest.raises(ConfigFault, match="line 2"):
        load_config(overlay=tmp_path)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_bytes("demo = true\n# 人员\n".encode("gbk"))
    with pytest.raises(ConfigFault, match=r"people\.toml: the file is not UTF-8 text: see line 2"):
        load_config(overlay=tmp_path)


def test_a_text_that_is_no_string_is_named(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "x.toml").write_text("[a.b]\nc = 1\n", "utf-8")
    with pytest.raises(ConfigFault, match=re.escape('table [a.b], key "c": a text must be')):
        load_config(overlay=tmp_path)


def test_no_name_and_no_number_of_a_person_is_in_a_fault(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text(
        '[[person]]\nname = "某某"\ndingtalk = "secret-id"\nroles = ["x"]\nphone = 13805741122\n',
        "utf-8",
    )
    with pytest.raises(ConfigFault) as fault:
        load_config(overlay=tmp_path)
    assert not re.search("某某|secret-id|13805741122", str(fault.value))


# The calendar built from the files ----------------------------------------------------------


def test_every_day_of_2026_is_as_in_the_notice() -> None:
    off, work = set(GOLDEN["weekday_off"]), set(GOLDEN["weekend_work"])
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        expected = day.isoformat() in work or (day.weekday() < 5 and day.isoformat() not in off)
        assert CALENDAR.is_workday(day) == expected, day


def test_the_file_and_the_package_agree_on_2026() -> None:
    package = working_days({}, USUAL)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [*map(package.is_workday, days)] == [*map(CALENDAR.is_workday, days)]
    assert 2026 in package.official_years


def test_a_difficult_ticket_of_november_is_due_provisionally_in_the_next_year() -> None:
    assert CALENDAR.add(date(2026, 11, 24), 30) == Due(date(2027, 1, 6), provisional=True)
    assert CALENDAR.add(date(2026, 11, 24), 15) == Due(date(2026, 12, 15), provisional=False)


def test_a_year_that_nobody_knows_still_has_its_fixed_holidays() -> None:
    assert not CALENDAR.is_workday(date(2030, 10, 1))
    assert CALENDAR.add(date(2030, 9, 30), 1) == Due(date(2030, 10, 4), provisional=True)


def test_a_notice_written_down_makes_a_year_official(overlay: Overlay) -> None:
    folder = overlay("calendar/2027.toml", "official = false", "official = true")
    calendar = load_config(overlay=folder).calendar
    due = working_days(calendar, USUAL).add(date(2026, 11, 24), 30)
    assert due == Due(date(2027, 1, 6), provisional=False)


def test_the_offices_own_days_win(overlay: Overlay) -> None:
    overlay("calendar/2026.toml", "extra_off = []", "extra_off = [2026-09-20, 2026-09-21]")
    folder = overlay("calendar/2027.toml", "extra_work = []", "extra_work = [2027-01-02]")
    days = working_days(load_config(overlay=folder).calendar, USUAL)
    assert not days.is_workday(date(2026, 9, 20))
    assert not days.is_workday(date(2026, 9, 21))
    assert days.is_workday(date(2027, 1, 2))
