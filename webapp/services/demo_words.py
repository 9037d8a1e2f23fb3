"""The invented words of the demo sub-district."""

from functools import cache
from random import Random

from webapp.domain import codes


@cache
def _words() -> dict[str, str]:
    return {row["name"]: row["text"] for row in codes.rows("demo_words")}


@cache
def names(kind: str) -> tuple[str, ...]:
    """surname, given, group"""
    return tuple(row["text"] for row in codes.rows("demo_names") if row["kind"] == kind)


def word(key: str, /, **values) -> str:
    text = _words().get(key, "")
    return text % values if values else text


def weighted(dice: Random, choices: tuple):
    """One of (value, weight), …"""
    values, weights = zip(*choices, strict=True)
    return dice.choices(values, weights)[0]


def head_name(dice: Random) -> str:
    return dice.choice(names("surname")) + "".join(dice.sample(names("given"), dice.choice((1, 2, 2, 2))))
