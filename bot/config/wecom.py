"""wecom.toml: how often the app in 企业微信 may write."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.source import Table, parse


class Member(Table):
    """Messages to one member."""

    a_minute: Annotated[int, Field(ge=1, le=30, strict=True)]
    an_hour: Annotated[int, Field(ge=1, le=1_000, strict=True)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _longer_takes_more(self, "a_minute", "an_hour")
        return self


class Groups(Table):
    """Messages into all groups that the app made."""

    a_minute: Annotated[int, Field(ge=1, le=200, strict=True)]
    an_hour: Annotated[int, Field(ge=1, le=12_000, strict=True)]
    a_day: Annotated[int, Field(ge=1, le=10_000, strict=True)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _longer_takes_more(self, "a_minute", "an_hour")
        _longer_takes_more(self, "an_hour", "a_day")
        return self


class WeComRules(Table):
    """The whole file."""

    member: Member
    groups: Groups


def _longer_takes_more(table: Table, shorter: str, longer: str) -> None:
    """Raise ValueError where a longer time takes less than a shorter one: a slip of the pen."""
    if getattr(table, longer) < getattr(table, shorter):
        raise ValueError(f"{longer} is less than {shorter}")


def load_wecom(path: Path) -> WeComRules:
    """Read wecom.toml; what the platform drops without a word may not be allowed here."""
    return parse(WeComRules, path)
