"""How a head's name is spelt, for search by pinyin."""

from functools import cache
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

from webapp.domain import codes


class Spelling(NamedTuple):
    pinyin: str  # zhangjianguo
    initials: str  # zjg


def spelling(name: str) -> Spelling:
    """Surnames are read as surnames: 曾 is zeng, 单 is shan."""
    surname = next((s for s in (name[:2], name[:1]) if s in _surnames()), "")
    syllables = [*_surnames().get(surname, []), *lazy_pinyin(name[len(surname) :], style=Style.NORMAL)]
    kept = [plain for plain in (_letters(syllable) for syllable in syllables) if plain]
    return Spelling("".join(kept)[:120], "".join(syllable[0] for syllable in kept)[:30])


def _letters(syllable: str) -> str:
    return "".join(letter for letter in syllable.lower().replace("ü", "v") if letter.isascii() and letter.isalnum())


@cache
def _surnames() -> dict[str, list[str]]:
    return {row["surname"]: row["pinyin"].split() for row in codes.rows("surname_pinyin")}
