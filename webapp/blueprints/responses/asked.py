"""What part of the queue the address asks for."""

from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.blueprints.shell import lists
from webapp.queries.responses import FLAGS, SORTS, STATES, Filter


def wanted(args: MultiDict) -> Filter:
    form = args.get("form", "")[:60]
    return lists.wanted(Filter, {"state": STATES, "flags": FLAGS}, SORTS, args, account=args.get("account", type=UUID), form=form)
