"""What every list of the desk does alike: search, order and leaves on the screen, and the whole of it as a file or on paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from math import ceil
from typing import Any, TypeVar

from flask import Flask, Response, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict

from webapp.blueprints.shell import access
from webapp.domain import masking
from webapp.domain.clock import now
from webapp.domain.days import local
from webapp.domain.problems import Problem
from webapp.exports import TABLES

MAX_WORDS = 60
ALL = "all"
Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Table:
    """A list in words: what was asked for, all of its rows, in the order asked for."""

    file: str  # its name as a download; the moment and the ending are added
    title: str  # above the paper
    titles: dict[str, str]  # by the name of the column
    rows: Iterable[Sequence]
    on_paper: Sequence[str] = ()  # the columns that fit on A4; all of them if none is named
    facts: Sequence[str] = ()  # said under the title of the paper
    blank: str = ""  # the title of a last column to write in by hand


def answer(kind: str, table: Table) -> Response | str:
    """`csv` and `xlsx` are downloads, `print` is a page made for paper."""
    if kind == "print":
        return _paper(table)
    form = TABLES[kind]
    body = form.write(list(table.titles.values()), table.rows)
    return download(f"{table.file}_{stamp()}.{kind}", form.media_type, body)


def download(name: str, media_type: str, body: bytes) -> Response:
    return send_file(BytesIO(body), media_type, as_attachment=True, download_name=name)


def stamp() -> str:
    """The moment a file was made, as its name says it."""
    return local(now()).strftime("%Y%m%d-%H%M")


def listed_name(full: str) -> str:
    """Whole for those who work on these records; to others a list, a paper and a file say only the first character."""
    return full if access.able_here("review.read") else masking.name(full)


def _paper(table: Table) -> str:
    names = list(table.titles)
    chosen = [names.index(name) for name in table.on_paper or names]
    rows = [[row[place] for place in chosen] for row in table.rows]
    titles = [table.titles[names[place]] for place in chosen]
    return render_template("shell/paper.html", table=table, titles=titles, rows=rows, printed_at=local(now()))


@dataclass(frozen=True)
class Leaf:
    """One leaf of a list that is longer than a screen; the first one is number 1."""

    number: int
    leaves: int
    count: int
    rows: int  # on a full leaf

    @property
    def first(self) -> int:
        return (self.number - 1) * self.rows + 1

    @property
    def last(self) -> int:
        return min(self.number * self.rows, self.count)


def leaf(count: int, rows: int) -> Leaf:
    """The leaf of ?page=; one beyond the last is the last."""
    leaves = max(1, ceil(count / rows))
    return Leaf(min(max(1, request.args.get("page", 1, type=int)), leaves), leaves, count, rows)


def order(known: Iterable[str], usual: str) -> str:
    """?sort= as `name` or `-name`. Raises bad_request."""
    wanted = request.args.get("sort") or usual
    if wanted.removeprefix("-") not in known:
        raise Problem("bad_request", ["sort"])
    return wanted


def words() -> str:
    """?q=, what is searched for."""
    return request.args.get("q", "").strip()[:MAX_WORDS]


def wanted(
    filter_class: type[Asked], choices: Mapping[str, Sequence[str]], sorts: Iterable[str], args: MultiDict, **more
) -> Asked:
    """The part of a list an address asks for; words it misspells count as not said. `state=all` is every state."""
    chosen = {name: args[name] for name, allowed in choices.items() if args.get(name) in (*allowed, *_every(name))}
    if chosen.get("state") == ALL:
        chosen["state"] = ""
    if args.get("sort", "").removeprefix("-") in sorts:
        chosen["sort"] = args["sort"]
    if args.get("area", "").isdigit():
        chosen["area"] = args["area"]
    return filter_class(**chosen, **more, words=args.get("words", "")[:MAX_WORDS])


def _every(name: str) -> tuple[str, ...]:
    return (ALL,) if name == "state" else ()


def args_of(asked: Any) -> dict[str, str]:
    """The shortest address of this part. It travels through every link, so that "next" stays inside it."""
    plain = asdict(type(asked)())
    said = {name: value for name, value in asdict(asked).items() if value != plain[name]}
    return said | {"state": ALL} if said.get("state") == "" else said


def turned(sort: str, name: str, first: str) -> str:
    """The order a click on a column asks for: `first` at first, then the other way round."""
    return {name: f"-{name}", f"-{name}": name}.get(sort, first)


def turned_to(**more) -> str:
    """This page's address with some words changed: another order, another leaf."""
    return at(request.endpoint, **{"page": None} | more)


def at(endpoint: str, **more) -> str:
    """Another address that is asked the same, but for some words."""
    asked = (request.view_args or {}) | request.args.to_dict(flat=False)
    return url_for(endpoint, **asked | more)


def bind(app: Flask) -> None:
    app.jinja_env.globals.update(listed_name=listed_name, turned=turned, turned_to=turned_to, asked_at=at)
