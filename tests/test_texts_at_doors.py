"""What the office says is true at every door: where buttons are pressed, and where words are typed.

The same text goes out with buttons, with numbers, or with words to type; so it says "choose".
"""

from __future__ import annotations

import re

from bot.config import load_config

PRESSES = re.compile(
    r"(?<![0-9几])点(“|【|下面|标题|名字|一下|一[个位项场种家])|按“|点了就|用按钮|点按钮"
)
# What is pressed there is no choice of a message of ours.
ELSEWHERE = {
    "check_in": "a page of ours in a browser",
    "confirming": "what the platform shows its administrators and owners",
    "deliveries": "the operator's terminal",
    "effect": "names of counts: who typed it counts as well",
}
TEXTS = load_config().texts


def test_no_text_asks_for_a_press_where_there_may_be_no_button() -> None:
    told = [key for key in TEXTS if key.partition(".")[0] not in ELSEWHERE]
    assert [key for key in told if PRESSES.search(TEXTS[key])] == []


def test_what_is_left_out_has_such_words() -> None:
    told = {key.partition(".")[0] for key, text in TEXTS.items() if PRESSES.search(text)}
    assert told == set(ELSEWHERE)
