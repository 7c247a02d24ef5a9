"""What staff tell of an enterprise (一企一档): typed in a line, or asked for field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.engine.flow import Answers, Flow, Step
from flows.engine.validity import fault
from flows.engine.words import Choice, Key, Say
from flows.policies.asking import ASK_FACTS, HAS, LACKS, AskedFacts, FactsForm
from flows.policies.conditions import EnterpriseFact, Field, Source
from flows.policies.demands import tag_named
from flows.policies.record import SIZES, listed
from flows.policies.settings import Settings

WORDS: Mapping[str, tuple[str, ...]] = {
    "size": ("规模", "企业规模"),
    "industry": ("行业", "所属行业", "主营行业"),
    "region": ("镇街", "注册地", "镇", "街道", "所在镇街", "注册地址", "所在地"),
    "tag": ("资质", "资质标签", "企业资质"),
    "revenue": ("营收", "营业收入", "上年度营业收入", "年营收"),
    "staff": ("人数", "从业人数", "员工人数", "职工人数", "员工数"),
    "rd_share": ("研发占比", "研发费用占比"),
    "founded_on": ("成立日期", "成立时间", "成立"),
}
"""Field → what staff call it; the first is how we call it."""
_FIELDS = {word: field for field, words in WORDS.items() for word in words}
_NAMED = re.compile(
    r"(?:(?<=[\s,，、;；。])|^)(?P<word>"
    + "|".join(sorted(map(re.escape, _FIELDS), key=len, reverse=True))
    + r")(?:[\s:：=为是]+|(?=\d))"
)
_LACKS = re.compile(r"^(?:没有|不是|没|无|非)")
_LONGEST_TAG = 30
_BETWEEN = "、"


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: usable values by field, and what is wrong with which of the others."""

    values: Mapping[str, str]
    wrong: tuple[tuple[str, Say], ...] = ()

    def facts(
        self, enterprise: str, source: Source, on: date, by: str
    ) -> tuple[EnterpriseFact, ...]:
        """Return it as facts of an enterprise."""
        return FactsForm.model_validate(self.values).facts(enterprise, on, by, source)


def named(text: str) -> tuple[str, Mapping[str, str]]:
    """Cut 恒通紧固件 规模 中型，人数 86 into the enterprise and what is said of which field."""
    found = list(_NAMED.finditer(text))
    if not found:
        return text.strip(), {}
    ends = [*(one.start() for one in found[1:]), len(text)]
    told = {
        _FIELDS[one["word"]]: text[one.end() : end].strip(" ,，、;；。\n")
        for one, end in zip(found, ends, strict=True)
    }
    firm = text[: found[0].start()].strip(" ,，、;；:：\n")
    return firm, {field: said for field, said in told.items() if said}


def read_told(cells: Mapping[str, str], today: date, settings: Settings) -> Told:
    """Read what is said of each field as if it had been an answer."""
    values: dict[str, str] = {}
    wrong: list[tuple[str, Say]] = []
    for step in FIRM_FACTS.steps:
        raw = cells.get(step.field, "")
        if not raw:
            continue
        facts = AskedFacts(today, (Field(step.field),), (), settings)
        meant = step.reads(raw, facts) or raw
        said = fault(FIRM_FACTS, step, meant, {}, facts)
        if said is None:
            values[step.field] = meant
        else:
            wrong.append((step.field, _said(step.field, said, raw)))
    return Told(values, tuple(wrong))


def _said(field: str, said: Say, raw: str) -> Say:
    """Say what a value should look like, where the form would only point at its buttons."""
    if field == Field.SIZE.value:
        return Say("firm_facts.size.invalid", {"given": raw})
    return Say(said.key, {**said.params, "given": raw})


# Reading -------------------------------------------------------------------------------------


def _size(text: str, facts: AskedFacts) -> str | None:
    """Read one size; 中小微 is no size of one enterprise."""
    found = [size.value for word, size in SIZES.items() if word in text or size.value == text]
    return found[0] if len(found) == 1 else None


def _tags(text: str, facts: AskedFacts) -> str | None:
    """Read 高新技术企业、没有专精特新: each by the name that policies use, where there is one."""
    told = []
    for one in listed(text):
        bare = _LACKS.sub("", one).removeprefix("有")
        if bare:
            names = (tag_named(f"{bare}{more}") for more in ("", "企业", "技术企业"))
            tag = next(filter(None, names), bare)  # 高新, 规上
            told.append(f"{LACKS if _LACKS.match(one) else HAS}{tag}")
    return _BETWEEN.join(dict.fromkeys(told)) or None


def _are_tags(raw: str, answers: Answers, facts: AskedFacts) -> str | None:
    told = raw.split(_BETWEEN)
    both = {one[1:] for one in told if one[:1] == HAS} & {one[1:] for one in told if one[:1] != HAS}
    fits = all(one[:1] in {HAS, LACKS} and 1 < len(one) <= _LONGEST_TAG for one in told)
    return None if fits and not both else "invalid"


def _step(step: Step[AskedFacts]) -> Step[AskedFacts]:
    """Take a question that enterprises are asked; sizes and tags are told by staff otherwise."""
    asked = Field(step.field)
    if asked is Field.TAG:
        return Step(
            step.field,
            words=step.words,
            when=step.when,
            reads=_tags,
            objection=_are_tags,
            show=step.show,
            alone=True,
            optional=True,
        )
    if asked is Field.SIZE:
        return Step(
            step.field,
            words=step.words,
            when=step.when,
            choices=lambda answers, facts: tuple(
                Choice(Key(f"policy.size.{size.value}"), size.value, words=(word, f"{word}型"))
                for word, size in SIZES.items()
            ),
            reads=_size,
            show=step.show,
            alone=True,
            optional=True,
        )
    return step


FIRM_FACTS: Flow[FactsForm, AskedFacts] = Flow(
    name="firm_facts", form=FactsForm, review=False, steps=tuple(map(_step, ASK_FACTS.steps))
)

__all__ = ["FIRM_FACTS", "WORDS", "Told", "named", "read_told"]
