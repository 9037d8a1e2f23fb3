"""XPath expressions read once, and evaluated many times."""

from functools import lru_cache

from elementpath import ElementPathError

from webapp.domain.xform import dates, functions, looking, operators, places, predicates  # noqa: F401  they enter the grammar
from webapp.domain.xform.grammar import Grammar, Token


class Syntax(ValueError):
    """Not an expression this server can evaluate."""


@lru_cache(maxsize=4096)
def compiled(source: str) -> Token:
    """Raises Syntax."""
    try:
        return Grammar().parse(source)
    except (ElementPathError, RecursionError) as error:
        raise Syntax(str(error)) from None
