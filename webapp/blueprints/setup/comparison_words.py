"""The fields a column of a comparison sheet may mean, in words."""

from collections.abc import Iterable
from itertools import groupby

from flask_babel import get_locale, gettext

from webapp.domain import comparison
from webapp.domain.comparison import IGNORED, NUMBER


def target_words(target: str) -> str:
    if target in (IGNORED, NUMBER):
        return gettext(f"comparison.target.{target.partition('.')[2] or target}")
    field = comparison.fields()[target]
    return field.zh if str(get_locale()).startswith("zh") else field.name.replace("_", " ")


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, [(target, words)]) for a list to choose from."""
    grouped = groupby(comparison.fields(), lambda target: target.partition(".")[0])
    found = [(gettext(f"comparison.entity.{entity}"), _options(targets)) for entity, targets in grouped]
    return [(gettext("comparison.entity.none"), _options((IGNORED, NUMBER))), *found]


def _options(targets: Iterable[str]) -> list[tuple[str, str]]:
    return [(target, target_words(target)) for target in targets]
