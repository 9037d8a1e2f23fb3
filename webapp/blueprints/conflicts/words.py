"""Fields, choices and outcomes as people read them."""

from typing import Any

from flask_babel import gettext
from flask_login import current_user

from webapp.blueprints.conflicts import bp
from webapp.blueprints.shell.access import here
from webapp.extensions import db
from webapp.queries import conflict_desk


def about(row: Any, fields: list[str]) -> str:
    """What a case is about, in a few words."""
    if row.problem and row.kind == "quarantine":
        return gettext(f"conflicts.problem.{row.problem}")
    return gettext("conflicts.mark").join(gettext(f"conflicts.field.{name}") for name in fields)


def outcome(row: Any) -> str:
    """How it ended; nothing while it waits."""
    if not row.choice:
        return ""
    if row.state == "passed":
        return gettext(f"conflicts.passed.{row.choice}")
    return gettext(f"conflicts.choice.{row.kind}.{row.choice}")


def shown(field: str, value: str | None, groups: dict[str, str]) -> str:
    """A value for people: a group by its name, an empty one said."""
    if not value:
        return gettext("conflicts.empty")
    return groups.get(value, value) if field == "group" else value


@bp.app_context_processor
def _for_templates() -> dict:
    return {"conflicts_waiting": _waiting, "about": about, "outcome": outcome, "shown": shown}


def _waiting() -> int:
    """For the badge in the navigation."""
    return conflict_desk.waiting(db.session, here("conflict.read")) if current_user.is_authenticated else 0
