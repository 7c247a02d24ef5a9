"""Since when it has been so, and what is wanted: the person's own words."""

import re

from flows.reading.labels import labelled

NUMBER = r"[0-9一二三四五六七八九十廿两]{1,3}"
WEEKDAY = r"(?:[一二三四五六日天末1-6])"
DAY = (
    rf"(?:[0-9]{{4}}年[ ]?(?:{NUMBER}月(?:份|初|底|中旬|[上下]旬)?(?:[ ]?{NUMBER}[日号])?)?"
    rf"|[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}"
    rf"|(?:去年|今年|前年|上年|本年)(?:{NUMBER}月(?:份|初|底|中旬|[上下]旬)?(?:{NUMBER}[日号])?|年初|年底|[春夏秋冬]天|[上下]半年)?"
    rf"|{NUMBER}月[ ]?(?:{NUMBER}[日号]|份|初|底|中旬|[上下]旬)?"
    rf"|[0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9/])"
    rf"|(?:大前|前|昨|今|当)[天日晚夜早儿]|前两天|前几天|这两天|这几天|最近|近期|刚才|刚刚|昨儿"
    rf"|上{{1,2}}个?(?:周|星期|礼拜){WEEKDAY}?|[这本]个?(?:周|星期|礼拜){WEEKDAY}?"
    rf"|上个?月(?:初|底|中旬|[上下]旬)?(?:{NUMBER}[日号])?|这个月|本月"
    rf"|(?:周|星期|礼拜){WEEKDAY}|年初|年前|过完年|春节后|国庆后|节后|月初|上半年"
    rf"|{NUMBER}[日号])"
)
DAYPART = (
    r"(?:凌晨|清晨|一早|大早上?|早上|早晨|上午|中午|午后|下午|傍晚|晚上|夜里|夜间|半夜|深夜"
    r"|[早晚](?=[0-9一二三四五六七八九十]))"
)
CLOCK = (
    rf"(?:[0-9]{{1,2}}[:：][0-9]{{2}}|{NUMBER}点(?:钟|半|多|整|[一三]刻|{NUMBER}分?)?"
    rf"|{NUMBER}时(?:{NUMBER}分)?)"
)
NEARLY = r"(?:[ ]?(?:左右|前后|不到|许))?"
SINCE = r"(?:[ ]?(?:开始|以来|到现在|至今|之后|以后|起|后))?"
MOMENT = re.compile(
    rf"(?P<from>从|自从|自|打)?[ ]?"
    rf"(?:{DAY}(?:[ ]?的?{DAYPART})?(?:[ ]?{CLOCK})?|{DAYPART}[ ]?{CLOCK}|{CLOCK})"
    rf"{NEARLY}(?P<since>{SINCE})"
)
LASTING = re.compile(
    r"(?:已经|都|快|持续|连续|断断续续)?(?:有)?(?:[0-9]{1,3}|[一二三四五六七八九十两几半大好数]{1,4})多?个?多?"
    r"(?:小时|钟头|天|周|星期|礼拜|月|年)多?(?:[ ]?(?:了|以来))"
)
LASTED = re.compile(
    r"(?<=了)(?:[0-9]{1,3}|[一二三四五六七八九十两几半大好数]{1,4})多?个?多?(?:小时|钟头|天|周|星期|礼拜|月|年)多?"
)
PAST = re.compile(
    r"昨|前[天日晚夜两几]|上[个上]|上[周星礼月年半]|去年|前年|年初|过完年|今[天早晚日]|刚|当"
)
DEADLINE_AFTER = re.compile(
    r"[ ]?(?:[日号]?之?前|到期|截止|交货|交付|投产|开工|要|能|可以|来|签"
    r"|提交|见面|开会|再|内|有空|方便)"
)
DEADLINE_BEFORE = re.compile(
    r"(?:改到|约在|定在|预计|计划|打算|截止|截至|到期|等到|合同|之前|下个?|明年?|后年?|来年)[ ]?$"
)
LONGEST = 40

SENTENCE = re.compile(r"[。！？!?\n；;]")
STRONG_WISH = re.compile(
    r"希望|请求|恳请|恳求|想请|期盼|盼望|盼(?=[能早尽])|望(?=[能尽早予领贵])|诉求是|要求(?!我们|我厂|本地|高)"
)
WEAK_WISH = re.compile(
    r"建议|麻烦|请(?=[^，,。]{0,8}(?:尽快|协调|帮忙|解决|处理|出面)|尽快|帮|协调|工商联|区里|领导|有关|相关|政府|部门|给|安排|抓紧|派|解决|督促|您|你们)"
    r"|能不能|能否|可否|可不可以|是否可以|想(?=申请|办|要|让|找|问|反映一下)|求(?=帮|解决|政府|助)|帮(?=忙|我们|我)|尽快|赶紧"
)
OTHERS_WISH = re.compile(
    r"(?:客户|对方|银行|他们|房东|街道|村里|海关|检查|消防|环保|局里|甲方|业主)[^，,。]{0,6}$"
)
CONTACT_CLAUSE = re.compile(
    r"[，,、 ]+(?:联系人|联系电话|联系方式|我?的?电话|我?的?手机|我是|我叫|本人|联系我|打我"
    r"|[^，,]{0,8}1[3-9][0-9]{9}).*$",
    re.DOTALL,
)
LONGEST_WISH = 200


def since(text: str) -> str | None:
    """Find since when it has been so, in the person's own words."""
    value = labelled(text).get("发生时间")
    if value:
        return value[:LONGEST]
    weighed = [
        (weight, -found.start(), found.group().strip())
        for pattern in (MOMENT, LASTING, LASTED)
        for found in pattern.finditer(text)
        if (weight := _weight(text, found))
    ]
    return max(weighed)[2][:LONGEST] if weighed else None


def wish(text: str) -> str | None:
    """Find what is wanted, in the person's own words, up to the end of the sentence."""
    value = labelled(text).get("诉求")
    if value:
        return value[:LONGEST_WISH]
    for pattern in (STRONG_WISH, WEAK_WISH):
        for found in pattern.finditer(text):
            if OTHERS_WISH.search(text[max(0, found.start() - 10) : found.start()]):
                continue
            clause = SENTENCE.split(text[found.start() : found.start() + 400], maxsplit=1)[0]
            return CONTACT_CLAUSE.sub("", clause).strip(" ，,、")[:LONGEST_WISH]
    return None


def _weight(text: str, found: re.Match[str]) -> int:
    """Weigh a moment: since-words most, then the past; a date to come is nothing."""
    before, after = text[max(0, found.start() - 4) : found.start()], text[found.end() :][:6]
    if DEADLINE_BEFORE.search(before):
        return 0
    words = found.group()
    if found.re is not MOMENT:
        return 3 if words.startswith(("已经", "持续", "连续")) else 2
    if found["from"] or found["since"]:
        return 5
    if DEADLINE_AFTER.match(after):
        return 0
    return 4 if PAST.search(words) else 1
