"""What part of the list the address asks for. It travels through every link, so that "next" stays inside it."""

from collections.abc import Mapping
from dataclasses import asdict

from werkzeug.datastructures import MultiDict

from webapp.models.conflict import KINDS, STATES
from webapp.queries.conflict_desk import SORTS, Filter

ALL = "all"
_CHOICES = {"state": (*STATES, ALL), "kind": KINDS}
MAX_WORDS = 60


def wanted(args: MultiDict) -> Filter:
    """Words the address misspells count as not said."""
    chosen = {name: args[name] for name, allowed in _CHOICES.items() if args.get(name) in allowed}
    if chosen.get("state") == ALL:
        chosen["state"] = ""
    if args.get("sort", "").removeprefix("-") in SORTS:
        chosen["sort"] = args["sort"]
    if args.get("area", "").isdigit():
        chosen["area"] = args["area"]
    return Filter(**chosen, words=args.get("words", "")[:MAX_WORDS])


def args_of(asked: Filter) -> Mapping[str, str]:
    """The shortest address of this part of the list."""
    plain = asdict(Filter())
    said = {name: value for name, value in asdict(asked).items() if value != plain[name]}
    return said | {"state": ALL} if said.get("state") == "" else said
