"""A whole paragraph read at once: every fact of a report that it gives away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flows.office import Category
from flows.reading.labels import labelled
from flows.reading.matching import propose_category
from flows.reading.names import company, person_name
from flows.reading.numbers import NUMBER_RUN, phone
from flows.reading.phrases import since, wish

CLAUSE = re.compile(r"[^，,。：！？!?；;\n]*[，,。：！？!?；;\n]*")
INTRODUCTION = re.compile(
    r"我是|我们是|我叫|本人|叫我|这里是|联系人|联系|电话|手机|座机|号码|公司|单位|企业|厂|名称|叫|姓名|各位|领导|你好|您好|好|的|是"
    r"|总经理|经理|老板|厂长|微信|同号|反映问题|我要|反映|问题|[^\u4e00-\u9fff]"
)
WORDS = re.compile(r"[\u4e00-\u9fff]")  # a greeting has words; "7:50" alone has none
LEFT_OVER = 2  # characters that an introduction may have besides its facts


@dataclass(frozen=True, slots=True)
class Reading:
    """What a paragraph says of a report; None where it is silent."""

    company: str | None
    name: str | None
    phone: str | None
    categories: tuple[Category, ...]
    problem: str | None
    since: str | None
    wish: str | None


def read(text: str, categories: Sequence[Category], known: Sequence[str] = ()) -> Reading:
    """Read a normalised paragraph; known are the names of enterprises on record."""
    what = problem(text, known)
    return Reading(
        company=company(text, known),
        name=person_name(text),
        phone=phone(text),
        categories=propose_category(what or text, categories),
        problem=what,
        since=since(text),
        wish=wish(text),
    )


def problem(text: str, known: Sequence[str] = ()) -> str | None:
    """Keep what is reported, in the person's own words, without who reports it."""
    facts = labelled(text)
    if "问题" in facts:
        return facts["问题"]
    if facts and len(facts) > 1:
        return None  # a filled-in list that says everything but the problem
    own = [fact for fact in (company(text, known), person_name(text)) if fact]
    kept = [clause for clause in CLAUSE.findall(text) if not _introduces(clause, own)]
    return "".join(kept).strip(" ，,、；;\n") or None


def _introduces(clause: str, own: Sequence[str]) -> bool:
    """Say whether a clause holds nothing but who writes, or a greeting."""
    rest = clause
    for fact in own:
        rest = rest.replace(fact, "")
    has_fact = rest != clause or phone(clause) is not None
    left = INTRODUCTION.sub("", NUMBER_RUN.sub("", rest))
    if has_fact:
        return len(left) <= LEFT_OVER
    return not left and WORDS.search(clause) is not None
