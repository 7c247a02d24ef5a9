"""What a line of the log says, and what it leaves out."""

import io
import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from bot.logs import Lines, about, place_of, redact


def record(message: str, *, error: BaseException | None = None, **extra: Any) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error is not None else None
    made = logging.LogRecord("bot.intake", logging.ERROR, __file__, 1, message, None, info)
    made.__dict__.update(extra)
    return made


def line(message: str, *, error: BaseException | None = None, **extra: Any) -> Mapping[str, Any]:
    written = Lines(io.StringIO()).line(record(message, error=error, **extra))
    assert "\n" not in written
    read: Mapping[str, Any] = json.loads(written)
    return read


@pytest.mark.parametrize(
    "secret",
    [
        "call 13805740001 now",
        "call +86 138-0574-0001",
        "call 0574-86270000",
        "POST /robot/sendBySession?session=66d7c6abcdef",
        "GET /media/upload?access_token=abcdef123456&type=image",
        '{"accessToken": "abcdef123456"}',
        "'x-acs-dingtalk-access-token': 'abcdef123456'",
        "wss://host/connect?ticket=7724109a-1234",
        "client_secret=abcdef123456",
        "GET /cgi-bin/gettoken?corpid=ww1&corpsecret=abcdef123456",
        "corp_secret: abcdef123456",
        '"clientSecret":"abcdef123456"',
        "Authorization: Bearer abcdef123456",
    ],
)
def test_numbers_and_credentials_are_hidden(secret: str) -> None:
    hidden = redact(secret)
    assert hidden != secret
    assert not {"abcdef", "7724109a", "0574", "86270000"} & set(hidden.replace("=", " ").split())
    for part in ("abcdef", "7724109a", "13805740001", "0574-0001", "86270000"):
        assert part not in hidden
        assert part not in json.dumps(line("told", about=secret))


@pytest.mark.parametrize(
    "harmless",
    [
        "arrival=13 person=1380 done",
        "at 1690362102194",
        "ZH-2026-0001",
        "exit code=200",
        "10.0.0.1",
    ],
)
def test_what_belongs_to_nobody_stays(harmless: str) -> None:
    assert redact(harmless) == harmless


def test_a_line_says_when_how_bad_whose_and_what() -> None:
    said = line("arrival done", arrival=7, person=12)
    assert said["time"].endswith("+08:00")
    assert (said["level"], said["logger"], said["event"]) == ("error", "bot.intake", "arrival done")
    assert (said["arrival"], said["person"]) == (7, 12)


def test_what_a_task_is_about_is_in_every_line_it_logs() -> None:
    with about(delivery=9, arrival=7):
        said = line("refused", code="busy")
    assert (said["delivery"], said["arrival"], said["code"]) == (9, 7, "busy")
    assert "delivery" not in line("refused")


def test_a_field_that_is_called_a_secret_is_hidden_whatever_it_holds() -> None:
    said = line("x", client_secret="s", webhook="w", phone=13805740001, count=13805740001)
    assert {said[name] for name in ("client_secret", "webhook", "phone")} == {"<hidden>"}
    assert said["count"] == "<phone>"


def test_what_an_error_quotes_is_not_in_the_log() -> None:
    def refuse(typed: str, cause: Exception | None) -> None:
        raise LookupError(typed) from cause

    with pytest.raises(LookupError) as caught:
        refuse("".join(("王", "小", "明")), ValueError("".join(("陈", "建", "国"))))
    assert place_of(caught.value).startswith("LookupError at test_logs.py:")
    said = json.dumps(line("broken", error=caught.value), ensure_ascii=False)
    assert "王小明" not in said
    assert "陈建国" not in said
    assert "in refuse > LookupError after ValueError" in said


def test_on_a_terminal_a_line_is_for_the_eye() -> None:
    written = Lines(io.StringIO(), plain=True).line(record("two\nlines", delivery=3))
    assert written.endswith(" ERROR bot.intake two | lines delivery=3")


def test_a_stream_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    full = io.StringIO()
    full.close()
    Lines(full).handle(record("lost"))
