"""Understand an arrival: a button, a command with its number, or plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows import reading
from flows.tickets import number
from flows.tickets.several import several
from handlers.campaigns import words as campaigns
from handlers.pairing import words as pairing
from handlers.policies import words as policies
from handlers.ports import Arrival
from handlers.registration.words import IN_FULL, STANDS_APART, WITH_TEXT, fits
from handlers.words import BARE, TAKES_TEXT, WORDS

_OUTREACH = frozenset({"outreach", "outreach_counts", "fix_outreach", "drop_outreach"})
_WHEN = re.compile(r"[时中的过后是也和有组处了]|期间|发现|反映|活动|人员")  # 走访时…: talk
# What follows these stands apart from them: "代理商不发货" is no command.
_PARTED = frozenset({"grant", "revoke", "deputy", "end_deputy", "deregister", "reinstate"})
_TASKS = frozenset({"record", "verify", "unverify", "called", "show"})
_BY_LENGTH = sorted(WORDS, key=lambda word: (-len(word), word))
_BY_START = {
    letter: tuple(word for word in _BY_LENGTH if word.startswith(letter))
    for letter in {word[0] for word in WORDS}
}
_TAIL = re.compile(r"^[\s,，。.!！、:：;；吧了呢啊~～]*$")
_TWO = re.compile(r"^(?:[#＃A-Za-z\d\s_－—-]|[号并案到入进至,，、])+$")
SHORT = 12  # characters: "先帮我查一下进度" is a question, not a paragraph
_NUMBER_WORD = re.compile(r"^[(（]?(\d{1,2})[)）.。、号]?$")


@dataclass(frozen=True, slots=True)
class Request:
    """An arrival as we understand it."""

    word: str = ""  # a command, "" = plain words
    action: str = ""  # the id of a pressed button
    number: str | None = None  # a ticket's number
    rest: str = ""  # what follows the command and number, or the plain words
    other: str | None = None  # a second ticket's number (并案)
    numbers: tuple[str, ...] = ()  # of one act on several tickets; none = all that wait for it
    act: str = ""  # that act
    picked: int | None = None  # a bare number: a choice of the list last shown
    text: str = ""  # all of it, normalised


def understand(arrival: Arrival, prefix: str, year: int) -> Request:
    """Understand an arrival without knowing what the person is in the middle of."""
    if arrival.button is not None:
        return Request(action=arrival.button.action)
    text = reading.normalise(arrival.text)
    bare = _NUMBER_WORD.match(text)
    if bare:
        return Request(picked=int(bare.group(1)), text=text)
    if together := several(text, prefix, year):
        return Request(
            word="several",
            act=together.act,
            numbers=together.numbers,
            rest=together.rest,
            text=text,
        )
    if (action := campaigns.pressed(text, prefix)) is not None:
        return Request(action=action, text=text)
    for word in _BY_START.get(text[:1], ()):
        if text.startswith(word):
            request = _command(WORDS[word], text[len(word) :], prefix, year, text)
            if request is not None:
                return request
    if code := pairing.pasted(text):
        return Request(word="pair_code", rest=code, text=text)
    found, around = number.find(text, prefix, year)
    if "进度" in around and len(around) <= SHORT:
        return Request(word="progress", number=found, text=text)
    return Request(number=found, rest=text, text=text)


def _command(word: str, tail: str, prefix: str, year: int, text: str) -> Request | None:
    """Accept a command when what follows fits it; else the sentence is plain words."""
    after, tail = tail, tail.lstrip(" \n，,；;:：。.!！")
    if word == "ledger":
        return Request(word=word, rest=tail, text=text) if len(tail) <= SHORT * 3 else None
    if word in _OUTREACH:
        sentence = len(tail) == len(after) and _WHEN.match(tail) is not None
        return None if sentence else Request(word=word, rest=tail, text=text)
    if word == "search":
        return _search(tail, prefix, year, text) if len(tail) < len(after) or not tail else None
    if word in STANDS_APART:
        sentence = bool(tail) and len(tail) == len(after) and not tail.startswith(IN_FULL)
        return None if sentence else Request(word=word, rest=tail, text=text)
    if word == "door":  # 签到 246145, 签到 陈建国; not 签到的时候发现……
        apart = not tail or len(tail) < len(after) or tail[0].isdecimal()
        return Request(word=word, rest=tail, text=text) if apart and len(tail) <= SHORT else None
    if word in campaigns.WITH_TEXT | policies.WITH_TEXT:
        typed = text[: len(text) - len(after)]
        fitting = (
            campaigns.fits(word, tail, after)
            if word in campaigns.WITH_TEXT
            else policies.fits(word, typed, tail, after)
        )
        return Request(word=word, rest=tail, text=text) if fitting else None
    if word in WITH_TEXT | pairing.WITH_TEXT:
        pairs = word in pairing.WITH_TEXT
        fitting = pairing.fits(word, tail) if pairs else fits(word, tail, after)
        return Request(word=word, rest=tail, text=text) if fitting else None
    if word in BARE:
        return Request(word=word, text=text) if _TAIL.match(tail) else None
    if word in {
        "report",
        "bind",
        "edit",
        "callback",
        "redeem",
        "invite",
        "grant",
        "revoke",
        "group",
        "calm",
        "deputy",
        "end_deputy",
        "deregister",
        "reinstate",
    }:
        sentence = word in _PARTED and bool(tail) and len(tail) == len(after)
        sentence |= word == "bind" and tail.startswith("的")
        return None if sentence else Request(word=word, rest=tail, text=text)
    if word == "merge" and _TWO.match(tail):
        one, other = number.find_two(tail, prefix, year)
        return Request(word=word, number=one, rest=other or "", text=text, other=other)
    found, rest = number.find(tail, prefix, year, command=True)
    parted = len(tail) < len(after) and word in TAKES_TEXT
    # #12 is a task, not a ticket
    tasked = word in _TASKS and re.match(r"[#＃]?\d", tail) is not None
    if found is None and not _TAIL.match(tail) and not parted and not tasked:
        return None  # "补充一点…" or "满意度调查…" is not a command
    if rest and not _TAIL.match(rest) and word not in TAKES_TEXT:
        return None
    return Request(word=word, number=found, rest=rest, text=text)


def _search(words: str, prefix: str, year: int, text: str) -> Request:
    """Take 查 0012 for the ticket of that number, and anything else for words to look for."""
    found, rest = number.find(words, prefix, year)
    if found is not None and not rest:
        return Request(word="view", number=found, text=text)
    return Request(word="search", rest=words, text=text)
