"""What the doctor says of an installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config import load_config
from bot.doctor.found import Check, Patient, Sign
from bot.settings import GivenSettings
from bot.terminal import Terminal

CONFIG = load_config()
WORDS = Terminal(CONFIG.texts)


async def examined(
    check: Check, folder: Path, public: str, **sections: Mapping[str, Any]
) -> dict[str, Sign]:
    """Let one check look at it; every line can be worded, each fault has a remedy, none a secret.

    What was found comes by the last word of its text.
    """
    given = {"data_dir": folder, "http": {"public_url": public}, **sections}
    patient = Patient(GivenSettings.model_validate(given), CONFIG, datetime.now(UTC), {})
    lines = await check(patient)
    secrets = [
        value for one in sections.values() for name, value in one.items() if "secret" in name
    ]
    for one in lines:
        line = WORDS.word(one.key, **one.blanks)
        assert "处理：" in line or one.sign is not Sign.FAULT
        assert [secret for secret in secrets if secret in line] == []
    return {one.key.rpartition(".")[2]: one.sign for one in lines}
