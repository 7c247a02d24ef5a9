"""The text of a Word file: its paragraphs and the rows of its tables, in their order.

ECMA-376 part 2, 9.3 says how the text of a package is found, part 1, 17 what stands in it.
Nothing is built of it but the rows: of a small file that unpacks to a million paragraphs, a
tree would take half a gigabyte.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from bot.documents.caps import Caps
from bot.documents.opening import Contents, Unread, fitted

_CHUNK = 64 * 1024  # bytes that are parsed before it is looked whether there is enough
_RELATIONS = "_rels/.rels"
_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_WORDS = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
# What stands in fields to fill in (w:sdt) counts, and what was inserted under 修订; what was
# deleted is no w:t. Text boxes are left out, which stand twice in a file.
_MEANT = {
    f"{space} {name}": name
    for space in _WORDS
    for name in ("p", "tbl", "tr", "tc", "t", "tab", "br", "txbxContent")
}
_WHITE = {"tab": "\t", "br": "\n"}


def read_text(data: bytes, caps: Caps) -> Contents:
    """Read a DOCX, no further than the caps. Raises Unread, and what the parser does."""
    text = _Text(caps)
    with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(_main(package)) as part:
        parser = _parser()
        parser.StartElementHandler = text.begins
        parser.EndElementHandler = text.ends
        parser.CharacterDataHandler = text.says
        while len(text.rows) <= caps.rows:
            chunk = part.read(_CHUNK)
            parser.Parse(chunk, not chunk)
            if not chunk:
                break
    return Contents(tuple(text.rows[: caps.rows]), cut=len(text.rows) > caps.rows)


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _declares
    return parser


def _declares(*told: object) -> None:
    raise Unread("broken")  # no office program writes one


def _main(package: zipfile.ZipFile) -> str:
    """Name the part that holds the text. Raises Unread."""
    found: list[str] = []

    def begins(name: str, given: Mapping[str, str]) -> None:
        if name == _RELATION and given.get("Type", "").endswith("/officeDocument"):
            found.append(given.get("Target", "").lstrip("/"))

    parser = _parser()
    parser.StartElementHandler = begins
    parser.Parse(package.read(_RELATIONS), True)
    if not found:
        raise Unread("broken")
    return found[0]


@dataclass
class _Text:
    """The rows that were heard so far, and where in the document we are."""

    caps: Caps
    rows: list[tuple[str, ...]] = field(default_factory=list)
    boxes: int = 0  # text boxes around us
    tables: int = 0  # tables around us; what is in one within another belongs to its cell
    heard: bool = False  # we are within w:t
    words: list[str] = field(default_factory=list)  # of the paragraph
    cell: list[str] = field(default_factory=list)  # its paragraphs
    row: list[str] = field(default_factory=list)

    def begins(self, name: str, given: Mapping[str, str]) -> None:
        """Hear an element begin."""
        what = _MEANT.get(name)
        if what == "txbxContent":
            self.boxes += 1
        if what is None or self.boxes:
            return
        match what:
            case "p":
                self.words = []
            case "t":
                self.heard = True
            case "tab" | "br":
                self._add(_WHITE[what])
            case "tbl":
                self.tables += 1
            case "tr" if self.tables == 1:
                self.row = []
            case "tc" if self.tables == 1:
                self.cell = []

    def says(self, text: str) -> None:
        """Hear what stands in it."""
        if self.heard and not self.boxes:
            self._add(text)

    def ends(self, name: str) -> None:
        """Hear an element end."""
        what = _MEANT.get(name)
        if what == "txbxContent":
            self.boxes -= 1
            return
        if what is None or self.boxes:
            return
        match what:
            case "t":
                self.heard = False
            case "p":
                self._paragraph("".join(self.words).strip())
            case "tc" if self.tables == 1 and len(self.row) < self.caps.columns:
                self.row.append(fitted("\n".join(self.cell), self.caps))
            case "tr" if self.tables == 1:
                self._keep(self.row)
            case "tbl":
                self.tables -= 1

    def _add(self, text: str) -> None:
        said = text if self.words else text.lstrip()
        if said and self._has_room(self.words):
            self.words.append(said[: self.caps.characters + 1])

    def _paragraph(self, text: str) -> None:
        if not self.tables:
            self._keep([fitted(text, self.caps)])
        elif text and self._has_room(self.cell):
            self.cell.append(text)

    def _has_room(self, texts: list[str]) -> bool:
        """Say whether more than this can be kept: each text of them has a character at least."""
        return len(texts) < self.caps.characters

    def _keep(self, row: list[str]) -> None:
        if any(row) and len(self.rows) <= self.caps.rows:
            self.rows.append(tuple(row))
