"""The benchmark of the callbacks measures what it says, in small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.channels.tencent.reply import text_reply
from bot.channels.tencent.seal import Seal
from bot.simulator.tencent.sealing import Sealing
from bot.simulator.wechat.platform import WeChatPlatform
from tests.bench.callbacks import ASKED, FLOOR, OURS, measure, verdict
from tests.bench.callers import Said, wrong
from tests.bench.script import PROMPTS, TURNS

WHO = "o1"


async def test_both_answer_every_message_sealed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await measure(1, 3, (2,), tmp_path)
    *lines, told = (json.loads(line) for line in capfd.readouterr().out.splitlines())
    assert [(one["bot"], one["messages"], one["wrong"]) for one in lines] == [
        (FLOOR, 3 * TURNS, 0),
        (OURS, 3 * TURNS, 0),
    ]
    assert told["callbacks_ok"]
    assert set(told["callbacks_vs_floor"]) == {"2"}


def said(answer: bytes) -> list[list[Said]]:
    return [[Said(WHO, "王1", b"", answer)]]


@pytest.mark.parametrize(
    ("to", "text", "mistakes"),
    [(WHO, PROMPTS["company"], 0), ("o2", PROMPTS["company"], 1), (WHO, PROMPTS["phone"], 1)],
)
async def test_an_answer_to_somebody_else_or_to_something_else_is_counted(
    to: str, text: str, mistakes: int
) -> None:
    platform = WeChatPlatform()
    sealing = Sealing(platform.token, platform.aes_key, platform.app_id)
    seal = Seal(platform.token, platform.aes_key, platform.app_id)
    sealed = seal.close(text_reply(to, "gh", text, 1), 1).encode()
    assert wrong(sealing, said(sealed), (PROMPTS["company"],)) == mistakes
    assert wrong(sealing, said(b"success"), (PROMPTS["company"],)) == 1


def test_a_conversation_is_asked_as_often_as_somebody_says_something() -> None:
    assert len(ASKED) == TURNS


def test_the_verdict_compares_medians() -> None:
    def line(bot: str, per_s: int) -> dict[str, object]:
        return {"bot": bot, "lines": 8, "per_s": per_s, "cpu_us": 1000 / per_s, "wrong": 0}

    lines = [line(FLOOR, n) for n in (100, 400, 9000)] + [line(OURS, n) for n in (100, 200, 300)]
    told = verdict(lines)
    assert told["callbacks_vs_floor"] == {8: 0.5}
    assert told["callbacks_cpu_vs_floor"] == {8: 2.0}
