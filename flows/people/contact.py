"""What a valid contact fact looks like."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from flows import reading


def _digits(value: object) -> object:
    return reading.phone(value) or value if isinstance(value, str) else value


def _name(value: object) -> object:
    return reading.person_name(value) or value if isinstance(value, str) else value


# A mobile number, or a landline with its area code (Ningbo: 0574); nothing else can be called back.
Phone = Annotated[
    str, BeforeValidator(_digits), StringConstraints(pattern=r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$")
]
Company = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=r"\w{2}")
]
PersonName = Annotated[
    str,
    BeforeValidator(_name),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20, pattern=r"\w"),
]
