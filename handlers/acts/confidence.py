"""Acts about who of the desk reads a case: 设为保密, 解除保密."""

from __future__ import annotations

from flows.tickets import told
from flows.tickets.acting import Act
from handlers.acts.area import Area, AtOnce

CONFIDENCE = Area(
    at_once={
        "confide": AtOnce(Act.CONFIDE, told.Nothing()),
        "release": AtOnce(Act.RELEASE, told.Nothing()),
    },
    offered={Act.RELEASE: "release"},
)
