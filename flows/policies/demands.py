"""The conditions that the lines of a notice state; what is not certain keeps its words alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from flows.policies.conditions import YEARS, Condition, Field, Op
from flows.policies.money import AMOUNT, worth
from flows.reading.dates import numeral

_TAGS: tuple[tuple[str, str], ...] = (
    (r"专精特新[“\"]?小巨人[”\"]?(?:企业)?", "专精特新小巨人"),
    (r"[“\"]小巨人[”\"](?:企业)?", "专精特新小巨人"),
    (r"[“\"]?专精特新[”\"]?(?:中小)?(?:企业)?", "专精特新"),
    (r"(?:国家(?:级)?)?高新技术企业|国高企", "高新技术企业"),
    (r"科技型中小(?:微)?企业", "科技型中小企业"),
    (r"创新型中小企业", "创新型中小企业"),
    (r"(?:制造业)?单项冠军(?:示范)?(?:企业)?", "单项冠军"),
    (r"(?:规模以上|规上)(?:工业|服务业|制造业)?企业", "规上企业"),
    (r"瞪羚企业", "瞪羚企业"),
    (r"独角兽企业", "独角兽企业"),
    (r"(?:国家级|省级|市级)?绿色工厂", "绿色工厂"),
    (
        r"(?:严重)?(?:违法)?失信(?:被执行人|联合惩戒对象|主体|企业|名单|行为)*(?:名单)?|信用(?:中国)?黑名单",
        "失信",
    ),
    (r"经营异常(?:名录|名单)?", "经营异常"),
)
"""How qualifications (资质) are written, and the tag each stands for."""

_BAD = frozenset({"失信", "经营异常"})  # a notice names them only as what must not be

_SIZES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"中小微企业|中小微型企业|中小型?企业", ("micro", "small", "medium")),
    (r"小微企业|小型微型企业|小微型企业", ("micro", "small")),
    (r"大中型企业", ("medium", "large")),
    (r"大型企业", ("large",)),
    (r"中型企业", ("medium",)),
    (r"小型企业", ("small",)),
    (r"微型企业", ("micro",)),
)

_TAG_PATTERN = re.compile("|".join(f"(?P<t{n}>{how})" for n, (how, _) in enumerate(_TAGS)))
_SIZE_PATTERN = re.compile("|".join(f"(?P<s{n}>{how})" for n, (how, _) in enumerate(_SIZES)))
_NOT_BEFORE = re.compile(
    r"(?:[未不无没非]|没有)(?:被|有|曾|属于|是|列入|纳入|认定为?|存在|为|处于|在)*$"
)
_OTHER_WAY = re.compile(r"或|之一|任[一意]|除外|除.{1,12}外|视同|放宽|不受|不限")
_UNSURE = re.compile(rf"{_OTHER_WAY.pattern}|其中|优先|原则上|鼓励|参照|(?:新|拟)认定")
_NUM = r"\d+(?:\.\d+)?"
_LESS = re.compile(r"不超过|不高于|不大于|少于|低于|小于|以下|以内|≤|<|不满|未满")
_MORE = re.compile(r"不低于|不少于|不小于|不得低于|达到|达|超过|大于|高于|以上|≥|>|满")
_PLACE = (
    r"[\u4e00-\u9fff]{2,12}?(?:省|市|区|县|街道|镇)"
    r"(?:[\u4e00-\u9fff]{2,8}?(?:区|县|街道|镇)(?!域))?"
)
_HERE = (
    rf"(?:{_PLACE}|本[区市省县]|我[区市省县]|全[区市省]|[甬浙](?![\u4e00-\u9fff]{{0,1}}[省市区]))"
)
_REGISTERED = (
    re.compile(
        rf"(?:工商)?(?:注册|登记)(?:地址?|登记)?(?:[和、及][\u4e00-\u9fff]{{2,8}}?){{0,2}}(?:均)?(?:在|于|为|位于)(?P<place>{_HERE})"
        r"(?:行政区域|辖区|区域|范围)?(?:以?内)?"
    ),
    re.compile(
        rf"(?:在|于)?(?P<place>{_HERE})(?:行政区域|辖区|区域|范围)?(?:以?内)?(?:依法)?(?:办理)?(?:工商)?"
        r"(?:登记)?注册(?:登记)?(?:[、和并]?(?:依法)?(?:登记|纳税|纳统|经营|生产经营|入库))*"
    ),
)
_AMOUNT = re.compile(
    r"(?:上一?年度?|近.年|年度?|当年|全年|20\d\d年度?)?(?:主营业务|营业|销售)?(?:收入|营收|销售额)(?:总额)?"
    rf"[^，,；;。\d]{{0,10}}?(?P<n>{AMOUNT})(?P<after>(?:[（(]含[^）)]*[）)])?(?:及?以[上下内])?(?:[（(]含[^）)]*[）)])?)"
)
_SHARE = re.compile(
    r"(?:上一?年度?|年度?|近.年)?(?:研发|研究开发|研究与试验发展)(?:费用?|投入|经费)(?:总额|支出|投入)?[^，,；;。\d]{0,24}?"
    rf"(?P<n>{_NUM})\s?(?:%|％|个百分点)(?P<after>(?:[（(]含[^）)]*[）)])?(?:及?以[上下])?)"
)
_STAFF = re.compile(
    r"(?:从业人员|职工|员工|在职人员|用工|社保|参保|缴纳社保|缴纳社会保险)(?:总数|人数|总人数|数量|人员)*"
    r"[^，,；;。\d]{0,8}?(?P<n>\d+)\s?[人名](?P<after>(?:[（(]含[^）)]*[）)])?(?:及?以[上下内])?)"
)
_AGE = re.compile(
    r"(?:注册|成立|设立|登记)(?P<told>(?:时间|年限|运营)?(?P<how>不满|未满|不超过|不少于|不低于|满|超过|达到|达|已满|在)?"
    r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})个?(?:整|周|自然|完整会计)?年(?P<after>及?以[上下内])?)(?!度?\d)"
)
_DAY = r"20\d\d年\d{1,2}月\d{1,2}日"
_FOUNDED = re.compile(
    rf"(?:于|在)?(?P<day>{_DAY})(?P<side>之?前|以前|之?后|以后|起)(?:[（(][^）)]*[）)])?(?=[\u4e00-\u9fff]{{0,10}}(?:注册|成立|设立|登记))"
    rf"|(?:注册|成立|设立)(?:时间|日期)?(?:在|于|为)?(?P<day2>{_DAY})(?P<side2>之?前|以前|之?后|以后|起)"
)
_OTHERWISE = re.compile(r"增长|增幅|增速|同比|累计|合计|平均|均|近|[未没无]")  # counted another way
_WISHED = re.compile(r"(?:拟|计划|意愿|培育|争创|有意|申报(?!企业|单位|主体|对象))[^，]{0,6}$")
_ITEM = re.compile(
    r"[\n；;]|(?<![\d.])(?=\d{1,2}[.．、)）](?!\d))|(?=[（(][一二三四五六七八九十\d]{1,2}[)）])|(?=[①-⑳])"
)
_MARK = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,2}[)）.．、]|[①-⑳]|[-*•·])\s*")
_ONCE = frozenset({Op.AT_LEAST, Op.AT_MOST, Op.HAS, Op.IS})
_CASE = re.compile(
    r"[^，,：:]{0,10}(?:项目|类|类型|级|档|一般|重点|工程)[:：]"
)  # only in this case
_CLAUSE = re.compile(r"[，,。]")
_LONGEST = 200  # characters of a clause that is read; a longer one is no condition
_FILLER = re.compile(
    r"[\s，,、。；;：:（）()“”\"的]|项目单位|申报|申请|企业|单位|主体|应当?|须|需|必须|具有|具备|符合|满足|为|是|在|已|被|经|属于|属|依法|独立|法人|资格"
    r"|认定|获评|获得|取得|评为|入选|列入|纳入|首次|有效期?内?|上一?年度|本年度|年度|当年|近[一二三]年|以来|同时|并且?|且|及|和|内|健全|正常|工商|注册|登记|纳税|纳统|经营|生产|未|无|不|没有|名单|名录|存在|从事|行业|产业|所属|主营业务|各类|对象|适用|范围|条件|包括|含|均|等|有限|责任|者|成立|设立|记录|行为|情形"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader of conditions knows of the office: its own district, and the names of
    places and industries.
    """

    home: Mapping[str, str] = field(
        default_factory=dict
    )  # 区 → 镇海区, 市 and 甬 → 宁波市, 省 and 浙 → 浙江省
    places: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()


def conditions(section: str, known: Known) -> tuple[Condition, ...]:
    """Read the lines of a section as conditions, in their order; nothing it says is lost."""
    if re.search(r"(?:下列|以下)(?:条件|情形)?(?:之一|任[一意])|其中之一|任一条件", section):
        return tuple(Condition(text=item) for item in items(section) if not _is_head(item))
    return _without_doubt(one for item in items(section) for one in _stated(item, known))


def items(section: str) -> tuple[str, ...]:
    """Cut a section into its items: lines, ；, and what is numbered."""
    pieces = (_MARK.sub("", piece.strip()).strip(" ；;。\t") for piece in _ITEM.split(section))
    return tuple(piece for piece in pieces if re.search(r"\w", piece))


def _without_doubt(stated: Iterable[Condition]) -> tuple[Condition, ...]:
    """Keep but the words of conditions that cannot all be meant of one enterprise.

    Two limits of one kind (重点 2亿元, 一般 2000万元) and two lines of tags are alternatives.
    """
    found = tuple(stated)
    texts: dict[tuple[Field, Op], set[str]] = defaultdict(set)
    for one in found:
        if one.op in _ONCE and one.field:
            texts[one.field, one.op].add(one.text)
    plain = (
        Condition(text=one.text) if len(texts.get((one.field, one.op), ())) > 1 else one
        for one in found
    )
    return tuple(dict.fromkeys(plain))


def _is_head(item: str) -> bool:
    return re.search(r"(?:条件|情形|要求|之一|如下)(?:的)?[:：]?$", item) is not None


def _stated(item: str, known: Known) -> Iterator[Condition]:
    """Read one item: what is certain of it, and its words where something is left that is not."""
    if _is_head(item):
        return
    clauses = [one.strip() for one in _CLAUSE.split(item)]
    if _CASE.match(item) or any(_OTHER_WAY.search(one) and _either(one) is None for one in clauses):
        yield Condition(text=item)  # 研发占比5%以上，或发明专利5件以上: neither half is needed
        return
    found: list[Condition] = []
    unread: list[str] = []
    for clause in clauses:
        read, rest = _clause(clause, known)
        found += read
        if _FILLER.sub("", rest):
            unread.append(clause)
    yield from found
    if unread:
        yield Condition(text=item if not found else "，".join(unread))


def _clause(clause: str, known: Known) -> tuple[list[Condition], str]:
    """Return what a clause states, and what of it is left."""
    either = _either(clause)
    if either is not None:
        return either
    if len(clause) > _LONGEST or _UNSURE.search(clause):
        return [], clause
    found: list[Condition] = []
    rest = clause
    for reader in (_founded, _region, _revenue, _share, _staff, _tag, _size, _industry):
        for condition, words in reader(rest, clause, known):
            found.append(condition)
            rest = rest.replace(words, " ", 1)
    return found, rest


Read = Iterable[tuple[Condition, str]]


def _either(clause: str) -> tuple[list[Condition], str] | None:
    """Read 高新技术企业或专精特新企业: one of several tags, and nothing else that is unsure."""
    tags = list(_TAG_PATTERN.finditer(clause))
    if len(tags) < 2 or "或" not in clause:
        return None
    between = [clause[a.end() : b.start()] for a, b in pairwise(tags)]
    if not all(re.fullmatch(r"、|或者?|、?或", one.strip()) for one in between):
        return None
    rest = clause[: tags[0].start()] + clause[tags[-1].end() :]
    if _UNSURE.search(rest) or _NOT_BEFORE.search(clause[: tags[0].start()]):
        return None
    value = tuple(dict.fromkeys(_tag_of(one) for one in tags))
    return [Condition(field=Field.TAG, op=Op.IN, value=value, text=clause)], rest


def _region(rest: str, clause: str, known: Known) -> Read:
    for pattern in _REGISTERED:
        match = pattern.search(rest)
        if match is not None:
            place = _place(match["place"], known)
            if place:
                yield (
                    Condition(field=Field.REGION, op=Op.IN, value=place, text=clause),
                    match.group(),
                )
            return


def _place(said: str, known: Known) -> str | None:
    """Name the place: the smallest that is named; 本区 is the office's own."""
    bare = re.sub(r"^.*(?:在|于|为)", "", said)
    if bare in known.home or (len(bare) == 2 and bare[0] in "本我全"):
        return known.home.get(bare[-1])
    listed = [one for one in known.places if one in bare]
    if listed:
        return max(listed, key=bare.rindex)
    parts = re.findall(r"[\u4e00-\u9fff]{2,8}?(?:省|市|区|县|街道|镇(?!海))", bare)
    return parts[-1] if parts else None


def _compared(before: str, after: str) -> Op | None:
    """Say which way a number is meant, None = the words do not say."""
    both = f"{before}|{after}"
    plain = re.sub(r"不得?(?:低于|少于|小于)", "≥", re.sub(r"不得?(?:超过|高于|大于)", "≤", both))
    less = _LESS.search(plain) is not None
    more = _MORE.search(plain) is not None
    if less == more:
        return None
    return Op.AT_MOST if less else Op.AT_LEAST


def _numbered(
    pattern: re.Pattern[str], rest: str, clause: str, named: Field, unit: str
) -> Iterator[tuple[Condition, str]]:
    match = pattern.search(rest)
    if match is None or _OTHERWISE.search(rest[: match.end()]):
        return
    at = match.start("n") - match.start()
    op = _compared(match.group()[:at], match["after"])
    number = worth(match["n"]) if named is Field.REVENUE else Decimal(match["n"])
    if op is not None and number is not None:
        yield (
            Condition(field=named, op=op, value=number, unit=unit, text=clause),
            match.group(),
        )


def _revenue(rest: str, clause: str, known: Known) -> Read:
    return _numbered(_AMOUNT, rest, clause, Field.REVENUE, "万元")


def _share(rest: str, clause: str, known: Known) -> Read:
    return _numbered(_SHARE, rest, clause, Field.RD_SHARE, "%")


def _staff(rest: str, clause: str, known: Known) -> Read:
    return _numbered(_STAFF, rest, clause, Field.STAFF, "人")


def _founded(rest: str, clause: str, known: Known) -> Read:
    day = _FOUNDED.search(rest)
    if day is not None:
        year, month, on = map(int, re.findall(r"\d+", day["day"] or day["day2"]))
        later = (day["side"] or day["side2"])[-1] in "后起"
        op = Op.AT_LEAST if later else Op.AT_MOST
        value = date(year, month, on)
        yield Condition(field=Field.FOUNDED_ON, op=op, value=value, text=clause), day.group()
        return
    age = _AGE.search(rest)
    if age is None:
        return
    way = _compared(age["how"] or "", age["after"] or "")
    years = numeral(age["n"])
    if way is not None and years > 0:
        yield (
            Condition(field=Field.FOUNDED_ON, op=way, value=years, unit=YEARS, text=clause),
            age["told"],
        )


def _tag(rest: str, clause: str, known: Known) -> Read:
    tags = list(_TAG_PATTERN.finditer(rest))
    if len(tags) > 1 and not _lacking(rest, tags[0]):
        return  # 高新技术企业、专精特新企业: both, or either
    for match in tags:
        lacking = _lacking(rest, tags[0])
        op = Op.NOT if lacking else Op.HAS
        if not lacking and (_tag_of(match) in _BAD or _WISHED.search(rest[: match.start()])):
            return
        yield Condition(field=Field.TAG, op=op, value=_tag_of(match), text=clause), match.group()


def _lacking(text: str, tag: re.Match[str]) -> bool:
    return _NOT_BEFORE.search(text[: tag.start()]) is not None


def tag_named(text: str) -> str:
    """Return the tag (资质) that a text names as it is listed, "" = it names none."""
    match = _TAG_PATTERN.search(text)
    return _tag_of(match) if match else ""


def _tag_of(match: re.Match[str]) -> str:
    return next(tag for n, (_, tag) in enumerate(_TAGS) if match[f"t{n}"] is not None)


def _size(rest: str, clause: str, known: Known) -> Read:
    match = _SIZE_PATTERN.search(rest)
    if match is not None and not _lacking(rest, match):
        value = next(v for n, (_, v) in enumerate(_SIZES) if match[f"s{n}"] is not None)
        yield Condition(field=Field.SIZE, op=Op.IN, value=value, text=clause), match.group()


def _industry(rest: str, clause: str, known: Known) -> Read:
    named = [one for one in known.industries if one in rest]
    if not named:
        return
    longest = max(named, key=len)
    others = rest.replace(longest, "")
    name = re.escape(longest)
    said = rf"(?:从事|属于|所属行业|行业为|领域为?)[^，]{{0,6}}{name}|{name}企业"
    alone = not any(one in others for one in named)
    if alone and re.search(said, rest) and "、" not in rest:
        yield Condition(field=Field.INDUSTRY, op=Op.IN, value=longest, text=clause), longest
