"""Typed text as it is worked with: readable characters only, the person's words untouched."""

import re
import unicodedata

LINE_BREAKS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), "\n")
# Letters and marks that show nothing, outside the categories of control and format characters.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # controls, bidi and zero-width marks, lone surrogates
_JOINER = "\u200d"
# Between two pictures it makes them one (a family); anywhere else it only hides.
_PICTURE = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_LOOSE = re.compile(f"(?<![{_PICTURE}]){_JOINER}|{_JOINER}(?![{_PICTURE}])")

# Full-width letters and digits become ASCII. Full-width punctuation stays: it is how people write.
HALF_WIDTH = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum()} | {
    0x3000: " ",  # ideographic space
    0x00A0: " ",  # no-break space
}
_ODD = re.compile(f"[{re.escape(''.join([*map(chr, HALF_WIDTH), *BLANKS]))}]")


# No answer may be this long. Reading a megabyte would keep everybody else waiting for seconds.
READ_AT_MOST = 20_000


def normalise(text: str) -> str:
    """Drop what cannot be seen, unify line ends and full-width digits, trim, end somewhere."""
    text = text[:READ_AT_MOST]
    if not text.isprintable() or _ODD.search(text):  # most texts need none of this
        lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(LINE_BREAKS)
        seen = "".join(char for char in lines if _is_seen(char))
        text = _LOOSE.sub("", seen).translate(HALF_WIDTH)
    return unicodedata.normalize("NFC", text).strip()


def _is_seen(char: str) -> bool:
    if char in "\n\t" or char == _JOINER:
        return True
    return char not in BLANKS and unicodedata.category(char) not in UNSEEN
