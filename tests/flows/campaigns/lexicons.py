"""A lexicon of invented leaders for the tests of wording."""

from datetime import date, datetime

from flows.calendar import OFFICE_ZONE
from flows.campaigns.findings import Finding
from flows.campaigns.lexicon import Body, Leader, Lexicon, Post, Wording
from flows.campaigns.wording import check

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=OFFICE_ZONE)  # Friday
LEXICON = Lexicon(
    leaders=(
        Leader("方知远", (Post("区委书记"),)),
        Leader("沈立本", (Post("区委副书记"), Post("区长", since=date(2026, 2, 1)))),
        Leader("陆怀谷", (Post("区人大常委会主任"),)),
        Leader(
            "顾维桢",
            (
                Post("区长", until=date(2026, 1, 31)),
                Post("区政协主席", since=date(2026, 2, 1)),
                Post("市政协委员", since=date(2027, 1, 1)),
            ),
        ),
        Leader("俞静姝", (Post("区委常委"), Post("统战部部长"))),
        Leader("郑伟民", (Post("区工商联副主席"),)),
        Leader("章退之", (Post("区长", until=date(2020, 1, 1)),)),
    ),
    bodies=(
        Body("镇海区经济和信息化局", wrong=("镇海区经信委", "经信委", "镇海区经济与信息化局")),
        Body("国家税务总局宁波市镇海区税务局", short=("区税务局",)),
    ),
    wordings=(
        Wording("政府", ("攻府",)),
        Wording("专精特新", ("专精特", "专精新特")),
        Wording("登录", ("登陆",), unless=("台风登陆",)),
    ),
    elsewhere=("鄞州", "杭州"),
    numbers=frozenset({"13805740000"}),
    hosts=frozenset({"gov.cn", "example.cn"}),
)


def findings(text: str, lexicon: Lexicon = LEXICON, now: datetime = NOW) -> tuple[Finding, ...]:
    """Check a text against the invented lexicon."""
    return check(text, lexicon, now)


def told(text: str, lexicon: Lexicon = LEXICON) -> list[tuple[str, str, str]]:
    """Return of each finding what it is, its words and the proposal."""
    return [(one.fault.value, one.words, one.proposal) for one in findings(text, lexicon)]
