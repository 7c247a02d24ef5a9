"""The conversation that asks an enterprise for just the facts that a policy lacks (补充信息)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.policies import money
from flows.policies.conditions import Condition, EnterpriseFact, Field, Source, plain
from flows.policies.record import SIZES
from flows.policies.settings import Settings
from flows.policies.written import whole
from flows.reading.text import normalise

HAS, LACKS = "+", "-"
_BETWEEN = "、"
_Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
_DAY = re.compile(r"(?P<y>(?:19|20)\d\d)\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})")
_DIGITS = r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
# A number alone, with the words around it that leave it what it is: 不到, 负 and 一百 do not.
_AROUND = r"[^\d\-−+.,%一二两三四五六七八九十百千万亿零半不没无未负非超]*"
_COUNT = re.compile(
    rf"{_AROUND}{_DIGITS}\s*(?P<unit>[万千亿]?)[多余]?\s*[个]?[人名位]?[多余]?{_AROUND}"
)
_SHARE = re.compile(rf"{_AROUND}{_DIGITS}\s*(?P<sign>%|个百分点|个点)?{_AROUND}")
_WORTH = {"": 1, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SIGNED = re.compile(r"[-−负]\s*\d|\d[eE]\d")
_SURE = "%"  # behind a share below 1, which was written as one
_MOST = Decimal("1e11")
_WHOLE = Decimal(100)
_NOT = re.compile(r"(?:没有|没|不是|无|未|不)[\u4e00-\u9fff]{0,3}$")


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """The day, what is missing, and which tags (资质) are asked about."""

    today: date
    missing: tuple[Field, ...] = ()
    tags: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)


class FactsForm(BaseModel):
    """What an enterprise tells of itself; what it does not know stays empty."""

    model_config = ConfigDict(frozen=True)

    region: _Word = ""
    industry: _Word = ""
    size: str = ""
    tag: str = ""
    revenue: str = ""
    staff: str = ""
    rd_share: str = ""
    founded_on: str = ""

    def facts(
        self, enterprise: str, on: date, by: str, source: Source = Source.SELF
    ) -> tuple[EnterpriseFact, ...]:
        """Return what was told, as the enterprise's own word (企业自报) or that of another."""
        found = []
        for asked in (one for one in Field if one):
            raw = getattr(self, asked.value)
            if not raw:
                continue
            told: Mapping[str, Any] = {"value": raw.removesuffix(_SURE)}
            if asked is Field.TAG:
                told = {"value": _marked(raw, HAS), "lacks": _marked(raw, LACKS)}
            one = {"enterprise": enterprise, "field": asked, "source": source}
            found.append(EnterpriseFact.model_validate({**one, **told, "on": on, "by": by}))
        return tuple(found)


def tags_asked(asks: Sequence[Condition], known: Mapping[Field, EnterpriseFact]) -> tuple[str, ...]:
    """Return the tags about which nothing is known, each once, of these conditions."""
    fact = known.get(Field.TAG)
    told = {*fact.value, *fact.lacks} if fact else set()
    wanted = (tag for one in asks if one.field is Field.TAG for tag in one.value)
    return tuple(dict.fromkeys(tag for tag in wanted if tag not in told))


def _marked(raw: str, mark: str) -> tuple[str, ...]:
    return tuple(one[1:] for one in raw.split(_BETWEEN) if one.startswith(mark))


def _written(has: Mapping[str, bool]) -> str:
    return _BETWEEN.join(f"{HAS if there else LACKS}{tag}" for tag, there in has.items())


# Reading -------------------------------------------------------------------------------------


def _tags(text: str, facts: AskedFacts) -> str | None:
    """Read which of the asked tags are had: what is not named stays open, but for 只有, 都没有."""
    if re.search(r"都没有|都不是|全没有|一个也没有|^(?:没有|无|不是)$", text):
        return _written(dict.fromkeys(facts.tags, False))
    if re.search(r"都有|都是|全有|^(?:有|是)$", text):
        return _written(dict.fromkeys(facts.tags, True))
    left, has = text, {}
    for tag in sorted(facts.tags, key=len, reverse=True):  # 专精特新小巨人 before 专精特新
        names = (tag, tag.removesuffix("企业"), tag.removesuffix("技术企业"))
        name = next((one for one in names if one in left), None)
        if name is None:
            continue
        at = left.index(name)
        has[tag] = _NOT.search(left[:at]) is None
        left = left.replace(name, "；", 1)
    if has and "只有" in text:
        has = {tag: has.get(tag, False) for tag in facts.tags}
    return _written(has) or None


def _place(text: str, facts: AskedFacts) -> str | None:
    return facts.settings.place(text) or None


def _industry(text: str, facts: AskedFacts) -> str | None:
    return facts.settings.industry(text) or None


def _revenue(text: str, facts: AskedFacts) -> str | None:
    """Read an amount; a bare number is of 万元, as it is asked."""
    bare = re.fullmatch(r"[约大概]*\s*(?P<n>\d[\d,，]*(?:\.\d+)?)\s*", text)
    if _SIGNED.search(normalise(text)):
        return None
    if bare:
        return plain(Decimal(re.sub(r"[,，]", "", bare["n"])))
    found = next(money.amounts(text), None)
    return plain(found.worth) if found is not None else None


def _number(text: str, facts: AskedFacts) -> str | None:
    """Read a number of people: 86, 大概86人, 1.2万."""
    found = _COUNT.fullmatch(normalise(text).replace("，", ","))
    if found is None:
        return None
    return plain(Decimal(found["n"].replace(",", "")) * _WORTH[found["unit"]])


def _share(text: str, facts: AskedFacts) -> str | None:
    """Read a share in per cent: 3.5, 3.5%, 百分之3.5; one below 1 keeps its sign."""
    said, spelled, behind = normalise(text).replace("％", "%").rpartition("百分之")
    found = _SHARE.fullmatch(behind)
    if found is None or any(char.isdecimal() for char in said):
        return None
    share = Decimal(found["n"].replace(",", ""))
    sure = bool(spelled or found["sign"]) and 0 < share < 1
    return f"{plain(share)}{_SURE if sure else ''}"


def _day(text: str, facts: AskedFacts) -> str | None:
    match = _DAY.search(text)
    if match is None:
        return None
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        return None


# Objections ----------------------------------------------------------------------------------


def _counts(most: Decimal, *, whole_ones: bool = False) -> Any:
    def objection(raw: str, answers: Answers, facts: AskedFacts) -> str | None:
        if not re.fullmatch(r"\d{1,11}(?:\.\d{1,6})?", raw) or Decimal(raw) > most:
            return "invalid"
        return "invalid" if whole_ones and "." in raw else None

    return objection


def _is_share(raw: str, answers: Answers, facts: AskedFacts) -> str | None:
    """Ask back about 0.05, which a spreadsheet writes for 5%."""
    told = raw.removesuffix(_SURE)
    if _counts(_WHOLE)(told, answers, facts):
        return "invalid"
    return "unsure" if told == raw and 0 < Decimal(raw) < 1 else None


def _past(raw: str, answers: Answers, facts: AskedFacts) -> str | None:
    try:
        return "future" if date.fromisoformat(raw) > facts.today else None
    except ValueError:
        return "invalid"


def _of_those_asked(raw: str, answers: Answers, facts: AskedFacts) -> str | None:
    told = raw.split(_BETWEEN)
    known = {f"{mark}{tag}" for tag in facts.tags for mark in (HAS, LACKS)}
    return None if set(told) <= known else "invalid"


# The flow ------------------------------------------------------------------------------------


def _tag_choices(answers: Answers, facts: AskedFacts) -> tuple[Choice, ...]:
    every = _written(dict.fromkeys(facts.tags, True))
    none = _written(dict.fromkeys(facts.tags, False))
    if len(facts.tags) < 2:
        return (
            Choice(Key("policy_facts.tag.has"), every, "primary"),
            Choice(Key("policy_facts.tag.lacks"), none),
        )
    return (
        Choice(Key("policy_facts.tag.all"), every, "primary"),
        Choice(Key("policy_facts.tag.none"), none),
    )


def _show_tags(raw: str, answers: Answers, facts: AskedFacts) -> str:
    has, lacks = _marked(raw, HAS), _marked(raw, LACKS)
    return "；".join(
        told
        for told in (_BETWEEN.join(has), f"没有{_BETWEEN.join(lacks)}" if lacks else "")
        if told
    )


def _asked(one: Field, *words: str, **more: Any) -> Step[AskedFacts]:
    """Make a step that is asked only where its fact is missing, alone, and may be left open."""
    return Step(
        one.value,
        words=words,
        when=lambda answers, facts: one in facts.missing,
        optional=True,
        alone=True,
        **more,
    )


ASK_FACTS: Flow[FactsForm, AskedFacts] = Flow(
    name="policy_facts",
    form=FactsForm,
    steps=(
        _asked(Field.REGION, "注册地", reads=_place),
        _asked(Field.INDUSTRY, "行业", reads=_industry),
        _asked(
            Field.SIZE,
            *("企业规模", "规模"),
            choices=lambda answers, facts: tuple(
                Choice(Key(f"policy.size.{size.value}"), size.value, words=(word, f"{word}型"))
                for word, size in SIZES.items()
            ),
            show=lambda raw, answers, facts: Key(f"policy.size.{raw}"),
        ),
        _asked(
            Field.TAG,
            "资质",
            choices=_tag_choices,
            strict=False,
            reads=_tags,
            objection=_of_those_asked,
            show=_show_tags,
            tells=lambda answers, facts: {"tags": _BETWEEN.join(facts.tags)},
        ),
        _asked(
            Field.REVENUE,
            *("上年度营业收入", "营业收入", "营收"),
            reads=_revenue,
            objection=_counts(_MOST),
            show=lambda raw, answers, facts: f"{raw}万元",
        ),
        _asked(
            Field.STAFF,
            *("从业人数", "人数"),
            reads=_number,
            objection=_counts(_MOST, whole_ones=True),
            show=lambda raw, answers, facts: f"{raw}人",
        ),
        _asked(
            Field.RD_SHARE,
            *("研发费用占比", "研发占比"),
            reads=_share,
            objection=_is_share,
            show=lambda raw, answers, facts: f"{raw.removesuffix(_SURE)}%",
        ),
        _asked(
            Field.FOUNDED_ON,
            *("成立日期", "成立时间"),
            reads=_day,
            objection=_past,
            show=lambda raw, answers, facts: whole(date.fromisoformat(raw)),
        ),
    ),
)

__all__ = ["ASK_FACTS", "AskedFacts", "FactsForm", "tags_asked"]
