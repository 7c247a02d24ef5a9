"""Characters as people see them: where a text may be cut without breaking one."""

import unicodedata

_JOINER = "\u200d"  # holds an emoji together
_NON_JOINER = "\u200c"
_MARKS = frozenset({"Mn", "Me", "Mc"})  # accents, vowel signs, variation selectors
_CONTROLS = frozenset({"Cc", "Zl", "Zp"})
_SYLLABLES = range(0xAC00, 0xD7A4)
_FINALS = 28  # syllables of Hangul come in rows of 28, the first without a final consonant


def parts_at(text: str, at: int) -> bool:
    """Say whether a text may be cut before its character `at`.

    The rules of Unicode's annex 29 for extended grapheme clusters, but for the few letters that
    only ever stand before another; after a joiner nothing is cut.
    """
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before == "\r" and after == "\n":
        return False
    if unicodedata.category(before) in _CONTROLS or unicodedata.category(after) in _CONTROLS:
        return True
    if _extends(after) or before == _JOINER:
        return False
    if _is_flag(before) and _is_flag(after):
        return _flags_before(text, at) % 2 == 0
    return not _one_syllable(ord(before), ord(after))


def _extends(character: str) -> bool:
    """Say whether a character is shown as part of the one before it."""
    code = ord(character)
    return (
        character in (_JOINER, _NON_JOINER)
        or unicodedata.category(character) in _MARKS
        or 0x1F3FB <= code <= 0x1F3FF  # colours of skin
        or 0xE0020 <= code <= 0xE007F  # tags, which make flags of regions
        or 0xFF9E <= code <= 0xFF9F  # half-width voicing marks
    )


def _is_flag(character: str) -> bool:
    """Say whether it is half of a flag (a regional indicator)."""
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _flags_before(text: str, at: int) -> int:
    first = at
    while first > 0 and _is_flag(text[first - 1]):
        first -= 1
    return at - first


def _one_syllable(before: int, after: int) -> bool:
    """Say whether two letters of Hangul are parts of one syllable."""
    leads, vowels, finals = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
    whole = after in _SYLLABLES
    if before in leads:
        return after in leads or after in vowels or whole
    open_syllable = before in _SYLLABLES and (before - _SYLLABLES.start) % _FINALS == 0
    if before in vowels or open_syllable:
        return after in vowels or after in finals
    return (before in finals or before in _SYLLABLES) and after in finals


__all__ = ["parts_at"]
