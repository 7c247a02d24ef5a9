"""Run every check and print what each found."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.config import BASE, ConfigFault, load_config
from bot.doctor import heard, here, office, platform, records, wechat, wecom
from bot.doctor.found import Check, Found, Patient, Sign, fault, fine
from bot.logs import set_up
from bot.settings import Settings, UnusableSettings
from bot.terminal import Terminal

CHECKS: Sequence[Check] = (
    here.key,
    here.disk,
    here.port,
    here.proxy,
    platform.platform,
    wechat.wechat,
    wecom.wecom,
    records.database,
    records.tickets,
    heard.heard,
    records.redis,
    records.month,
    office.people,
    office.calendar,
)
LONGEST = 60.0  # seconds one check may take


async def examine(patient: Patient, checks: Sequence[Check] = CHECKS) -> list[Found]:
    """Run the checks one after the other; one that breaks off is a fault of its own."""
    found: list[Found] = [fine("doctor.config.ok")]
    for check in checks:
        try:
            async with asyncio.timeout(LONGEST):
                found += await check(patient)
        except Exception as error:  # a defect of a check must not hide what the others find
            found.append(fault("doctor.broke_off", check=check.__name__, why=type(error).__name__))
    return found


def doctor() -> int:
    """Examine this installation and print what was found; 1 = there is a fault."""
    set_up(logging.ERROR, plain=True)
    # Without settings or configuration there is nobody to examine, but there is a remedy.
    terminal = Terminal(load_config(BASE).texts)
    try:
        settings = Settings.load()
        config = load_config(BASE, settings.config_dir)
    except UnusableSettings as why:
        return _print(terminal, [fault("doctor.settings.unusable", why=f) for f in why.faults])
    except ConfigFault as why:
        return _print(terminal, [fault("doctor.config.unusable", why=why)])
    patient = Patient(settings, config, datetime.now(UTC), os.environ)
    return _print(terminal, asyncio.run(examine(patient)))


def _print(terminal: Terminal, found: Sequence[Found]) -> int:
    for one in found:
        sys.stdout.write(f"{one.sign.value} {terminal.word(one.key, **one.blanks)}\n")
    faults = sum(one.sign is Sign.FAULT for one in found)
    if faults:
        terminal.say("doctor.sum.faults", count=faults)
    else:
        terminal.say("doctor.sum.none")
    return 1 if faults else 0
