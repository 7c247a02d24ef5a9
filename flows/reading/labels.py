"""Labelled facts: lines such as "电话：138…", one or several on a line."""

import re
from collections.abc import Mapping
from itertools import zip_longest

LABELS: Mapping[str, tuple[str, ...]] = {
    "企业": (
        "企业名称",
        "公司名称",
        "单位名称",
        "企业全称",
        "公司全称",
        "厂名",
        "企业",
        "公司",
        "单位",
    ),
    "联系人": ("联系人姓名", "联系人", "反映人", "姓名", "名字", "经办人", "负责人"),
    "电话": ("联系电话", "联系方式", "手机号码", "电话号码", "手机号", "手机", "电话"),
    "类别": ("问题类别", "问题类型", "类别", "类型", "分类"),
    "问题": (
        "反映问题",
        "问题描述",
        "具体问题",
        "问题内容",
        "反映内容",
        "情况说明",
        "内容",
        "情况",
        "问题",
    ),
    "发生时间": ("发生时间", "开始时间", "起始时间", "何时开始", "什么时候开始", "时间"),
    "诉求": ("诉求及建议", "主要诉求", "希望解决", "希望", "诉求", "要求", "请求", "建议"),
}
CANONICAL = {spoken: label for label, variants in LABELS.items() for spoken in variants}
ONE_CLAUSE = frozenset({"企业", "联系人", "电话", "类别", "发生时间"})

_WORDS = "|".join(sorted(CANONICAL, key=len, reverse=True))
LABEL = re.compile(
    rf"(?:^|(?<=[\n；;/，,。、|\t ]))[ \t]{{0,4}}(?:[0-9]{{1,2}}[.、)）][ \t]?|[-*•·【\[])?"
    rf"({_WORDS})[ \t】\]]{{0,3}}[：:]",
    re.MULTILINE,
)
SEPARATORS = " \t\n；;/，,。、|"
CLAUSE = re.compile(r"[\n；;，,。|]")


def labelled(text: str) -> dict[str, str]:
    """Read the labelled facts of a text, by canonical label; the first of a label wins."""
    found: dict[str, str] = {}
    labels = list(LABEL.finditer(text))
    for label, following in zip_longest(labels, labels[1:]):
        name = CANONICAL[label.group(1)]
        value = text[label.end() : following.start() if following else len(text)]
        value = value.strip(SEPARATORS)
        if name in ONE_CLAUSE:
            value = CLAUSE.split(value, maxsplit=1)[0].strip(SEPARATORS)
        else:
            value = value.split("\n", maxsplit=1)[0].strip(SEPARATORS) if following else value
        if value:
            found.setdefault(name, value)
    return found
