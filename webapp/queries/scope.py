"""The one place where a scope becomes SQL."""

from sqlalchemy import ColumnElement, and_, false, or_, true

from webapp.domain.access import Scope


def inside(column, scope: Scope) -> ColumnElement[bool]:
    """Area codes under the scope's prefixes, as index ranges. An empty scope matches nothing."""
    return or_(false(), *(_under(column, prefix) for prefix in scope.prefixes))


def _under(column, prefix: str) -> ColumnElement[bool]:
    return and_(column >= prefix, column < _after(prefix)) if prefix else true()


def _after(prefix: str) -> str:
    """The first text after everything that starts with `prefix` (digits only)."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
