"""What part of the queue the address asks for."""

from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.blueprints.shell import lists
from webapp.queries.reviews import SORTS, STATES, SUBJECTS, Filter

_CHOICES = {"state": STATES, "subject": SUBJECTS, "flags": ("flagged", "clear")}


def wanted(args: MultiDict) -> Filter:
    return lists.wanted(Filter, _CHOICES, SORTS, args, account=args.get("account", type=UUID))
