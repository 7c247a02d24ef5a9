"""What spreadsheets put into cells instead of what was meant: days as numbers, errors."""

from __future__ import annotations

import re
from datetime import date, timedelta

_SERIAL = re.compile(r"(\d{5})(?:\.(\d{1,12}))?")
_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE)
_EPOCH = date(1899, 12, 30)
"""Day 0 of the 1900 date system, ECMA-376 part 1, 18.17.4.1."""
_FIRST, _LAST = 29_221, 73_050  # 1980 to 2099: other numbers of five digits are no days of a policy
_MINUTES = 24 * 60


def day_of_serial(told: str) -> str:
    """Write the day that a number of five digits stands for by ISO 8601, "" = it is none."""
    match = _SERIAL.fullmatch(told)
    if match is None or not _FIRST <= int(match[1]) <= _LAST:
        return ""
    day = (_EPOCH + timedelta(days=int(match[1]))).isoformat()
    minutes = round(float(f"0.{match[2] or 0}") * _MINUTES)
    if not minutes or minutes == _MINUTES:
        return day
    return f"{day} {minutes // 60:02d}:{minutes % 60:02d}"


def is_error(told: str) -> bool:
    """Say whether a cell holds nothing but the error of a formula, ECMA-376 part 1, 18.17.2.4."""
    return _ERROR.fullmatch(told) is not None


__all__ = ["day_of_serial", "is_error"]
