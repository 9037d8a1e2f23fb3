"""What part of the list the address asks for."""

from werkzeug.datastructures import MultiDict

from webapp.blueprints.shell import lists
from webapp.models.conflict import KINDS, STATES
from webapp.queries.conflict_desk import SORTS, Filter

_CHOICES = {"state": STATES, "kind": KINDS}


def wanted(args: MultiDict) -> Filter:
    return lists.wanted(Filter, _CHOICES, SORTS, args)
