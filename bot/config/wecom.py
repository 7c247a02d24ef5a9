"""wecom.toml: how often the app in 企业微信 may write."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.config.source import Table, parse


class Member(Table):
    """Messages to one member."""

    a_minute: Annotated[int, Field(ge=1, le=30, strict=True)]
    an_hour: Annotated[int, Field(ge=1, le=1_000, strict=True)]


class Groups(Table):
    """Messages into all groups that the app made."""

    a_minute: Annotated[int, Field(ge=1, le=200, strict=True)]
    an_hour: Annotated[int, Field(ge=1, le=12_000, strict=True)]
    a_day: Annotated[int, Field(ge=1, le=10_000, strict=True)]


class WeComRules(Table):
    """The whole file."""

    member: Member
    groups: Groups


def load_wecom(path: Path) -> WeComRules:
    """Read wecom.toml; what the platform drops without a word may not be allowed here."""
    return parse(WeComRules, path)
