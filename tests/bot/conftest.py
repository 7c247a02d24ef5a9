"""What the tests of the program may ask for: the settings that a command reads."""

from pathlib import Path

import pytest

from bot.channels.tencent.pace import Pace
from tests.engines import SECRET, Opened


@pytest.fixture
def environment(records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the folder, the records and the secret, as the environment of the bot does."""
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QINQING_DATABASE_URL", records.url)
    monkeypatch.setenv("QINQING_SECRET_KEY", SECRET)


@pytest.fixture
def patient_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the calls of WeChat wait longer for an answer than a machine under load takes."""
    monkeypatch.setattr("bot.channels.tencent.wire.Pace", lambda: Pace(answer=60.0))
