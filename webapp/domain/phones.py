"""Telephone numbers as the register keeps them: digits, a plus in front of a country."""

import re

from webapp.domain.headers import plain

_NUMBER = re.compile(r"\+?\d{7,15}")
_MARKS = str.maketrans("", "", "-() ")


def number(text: str) -> str:
    """What somebody wrote, without blanks, dashes, brackets and full-width digits."""
    return plain(text).translate(_MARKS)


def is_number(text: str) -> bool:
    """Nothing at all is no number, and may be written all the same: nobody answers there any more."""
    return not text or _NUMBER.fullmatch(text) is not None
