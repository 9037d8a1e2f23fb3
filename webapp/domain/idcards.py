"""Numbers on identity cards (GB 11643) and certificates of disability."""

from collections.abc import Sequence
from datetime import date

LENGTHS = (18, 20, 22)  # a card; a certificate of disability is the card's number and two signs, or four if issued anew
CARD = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
#: The first two digits, a province; 990000 is no region at all and marks invented people.
PROVINCES = frozenset(
    str(number)
    for numbers in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for number in range(*numbers)
)
DEMO_REGION = "990000"
EARLIEST = date(1900, 1, 1)


def number(text: str) -> str:
    """As it is kept and compared: no blanks, X in upper case."""
    return "".join(text.split()).upper()


def check_digit(body: Sequence[str]) -> str:
    """Of the first 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def fault(text: str, today: date, *, demo: bool = False) -> str | None:
    """What is wrong with the number of a card: id_length, id_signs, id_check, id_region, id_birth, or nothing. The region 990000
    is taken for people of the demo only, and they have no other."""
    if len(text) not in LENGTHS:
        return "id_length"
    card = text[:CARD]
    if not (card[:17].isascii() and card[:17].isdigit() and card[17] in _CHECKS):
        return "id_signs"
    if check_digit(card[:17]) != card[17]:
        return "id_check"
    if not (card.startswith(DEMO_REGION) if demo else card[:2] in PROVINCES):
        return "id_region"
    birth = born(card)
    return None if birth and EARLIEST <= birth <= today else "id_birth"


def born(text: str) -> date | None:
    """The day of birth a number tells."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def sex(text: str) -> str:
    """code_sex: odd is male."""
    return "1" if int(text[16]) % 2 else "2"
