"""The conditions (申报条件) of a policy, and what is known of an enterprise (一企一档)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator, model_validator


class Kept(BaseModel):
    """Base of what is stored inside an encrypted body."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(StrEnum):
    """What a condition looks at; the members stand in the order in which they are asked."""

    REGION = "region"  # 注册地
    INDUSTRY = "industry"  # 行业
    SIZE = "size"  # 规模
    TAG = "tag"  # 资质
    REVENUE = "revenue"  # 营业收入, 万元 a year
    STAFF = "staff"  # 从业人数
    RD_SHARE = "rd_share"  # 研发费用占比, per cent
    FOUNDED_ON = "founded_on"  # 成立日期
    TEXT = ""  # only the words of the paper: nobody but a person can judge it


class Op(StrEnum):
    """How a value compares."""

    IS = "="
    IN = "in"  # one of these
    AT_LEAST = ">="
    AT_MOST = "<="
    HAS = "has"  # all of these
    NOT = "not"  # none of these


class Size(StrEnum):
    """How large an enterprise is (大中小微, 工信部联企业〔2011〕300号)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Source(StrEnum):
    """Who says what is known of an enterprise."""

    STAFF = "staff"  # 工作人员
    SELF = "self"  # 企业自报
    IMPORT = "import"  # 导入


YEARS = "年"
"""The unit of an age: 成立满3年 compares how long ago an enterprise was founded."""
NUMBERS = frozenset({Field.REVENUE, Field.STAFF, Field.RD_SHARE})
_WORDS = frozenset({Field.REGION, Field.INDUSTRY, Field.SIZE, Field.TAG})
_ORDERED = frozenset({Op.IS, Op.AT_LEAST, Op.AT_MOST})
_NAMED = frozenset({Op.IS, Op.IN, Op.HAS, Op.NOT})
_WHOLE = Decimal(100)


class Condition(Kept):
    """One condition; its value is kept as words, whatever it was given as."""

    field: Field = Field.TEXT
    op: Op = Op.IS
    value: tuple[str, ...] = ()
    unit: str = ""
    text: str = ""  # 原文

    @field_validator("value", mode="before")
    @classmethod
    def _as_words(cls, value: Any) -> Any:
        return words(value)

    @model_validator(mode="after")
    def _comparable(self) -> Condition:
        if self.field is Field.TEXT:
            if not self.text:
                raise ValueError("a condition that cannot be judged has its words")
            return self
        if not self.value:
            raise ValueError("a condition names a value")
        if self.op not in (_NAMED if self.field in _WORDS else _ORDERED):
            raise ValueError(f"{self.field.value} cannot be compared by {self.op.value!r}")
        checked(self.field, self.value, is_age=self.unit == YEARS)
        return self

    @property
    def number(self) -> Decimal:
        """Return the number it compares with."""
        return Decimal(self.value[0])

    @property
    def day(self) -> date:
        """Return the day it compares with."""
        return date.fromisoformat(self.value[0])


class EnterpriseFact(Kept):
    """One thing that is known of an enterprise, by whom and since when.

    Of its tags (资质) it says which it has and which it has not; of any other nothing is known.
    """

    enterprise: str
    field: Field
    value: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()  # only of tags
    source: Source
    on: date
    by: str = ""

    @field_validator("value", "lacks", mode="before")
    @classmethod
    def _as_words(cls, value: Any) -> Any:
        return words(value)

    @model_validator(mode="after")
    def _told(self) -> EnterpriseFact:
        if self.field is Field.TEXT:
            raise ValueError("a fact is about something")
        if self.lacks and self.field is not Field.TAG:
            raise ValueError("only tags can be lacked")
        if set(self.lacks) & set(self.value):
            raise ValueError("a tag is not had and lacked at once")
        if not self.value and not self.lacks:
            raise ValueError("a fact says something")
        checked(self.field, self.value, is_age=False)
        return self


def words(value: Any) -> Any:
    """Write a value, or several, as words; what is none of the known kinds is left to pydantic."""
    if isinstance(value, str | int | Decimal | date):
        return () if value == "" else (plain(value),)
    if isinstance(value, Iterable):
        return tuple(plain(one) for one in value)
    return value


def plain(value: Any) -> str:
    """Write one value: numbers without exponent or needless zeros, a day as 2024-03-01."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def checked(field: Field, value: tuple[str, ...], *, is_age: bool) -> None:
    """Refuse what does not fit the field. Raises ValueError."""
    if field is Field.SIZE:
        for one in value:
            Size(one)
    if field in NUMBERS or (field is Field.FOUNDED_ON and is_age):
        if len(value) != 1 or not 0 <= _number(value[0]) < Decimal("1e12"):
            raise ValueError(f"{field.value} is one number, zero or more")
        if field is Field.RD_SHARE and _number(value[0]) > _WHOLE:
            raise ValueError("a share is at most 100 per cent")
    elif field is Field.FOUNDED_ON:
        if len(value) != 1:
            raise ValueError("an enterprise was founded once")
        date.fromisoformat(value[0])


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not found.is_finite():
        raise ValueError(f"{text!r} is no number")
    return found
