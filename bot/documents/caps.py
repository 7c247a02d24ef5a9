"""How much of a document is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of one file is read."""

    megabytes: int
    unpacked_megabytes: int  # of everything in it together: a small file may hold a huge one
    part_megabytes: int  # of each part that is parsed: a tree takes many times its text
    rows: int  # paragraphs and rows
    columns: int
    characters: int  # of a cell, or a paragraph
