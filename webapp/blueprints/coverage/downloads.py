"""Files and papers of exactly what is shown: same area, same filters, same search, same order."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from flask import Response, request
from flask_babel import gettext

from webapp.blueprints.coverage import asked, bp
from webapp.blueprints.coverage.board import Board, board
from webapp.blueprints.coverage.register import reason
from webapp.blueprints.coverage.words import chips, code_words, column_words, percent_words, say, when
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table
from webapp.domain.access import Scope
from webapp.domain.coverage import BEHIND, Figures
from webapp.exports import geojson_file
from webapp.extensions import db
from webapp.models import Area
from webapp.queries import areas, coverage
from webapp.queries import coverage_households as households
from webapp.queries.coverage_households import Return, Row

COLUMNS = (
    "number", "head", "community", "group", "attribute", "state", "reason", "lon", "lat", "accuracy", "source", "by", "taken",
    "received",
)  # fmt: skip
ON_PAPER = COLUMNS[:7]


@bp.get("/table.<any(csv, xlsx):kind>")
@needs("export.read")
def area_table(kind):
    return lists.answer(kind, _areas(board("export.read")))


def _areas(shown: Board) -> Table:
    rows = [_figures(line.area.code, line.area.name, line.figures) for line in shown.lines]
    rows.append(_figures(shown.area.code, gettext("coverage.total"), shown.total))
    titles = {name: column_words(name, shown.narrowed) for name in ("code", "area", *BEHIND, "percent")}
    title = gettext("coverage.paper.title", area=shown.area.name)
    return Table(gettext("coverage.file.table", area=shown.area.name), title, titles, rows)


def _figures(code: str, name: str, figures: Figures) -> list:
    return [code, name, *(getattr(figures, figure) for figure in BEHIND), percent_words(figures.percent)]


@bp.get("/households/print", defaults={"kind": "print"})
@bp.get("/households.<any(csv, xlsx):kind>")
@needs("export.read")
def household_table(kind):
    area, scope = asked.area_and_scope("export.read")
    return lists.answer(kind, _households(area, scope))


def _households(area: Area, scope: Scope) -> Table:
    return Table(
        file=gettext("coverage.file.households", area=area.name),
        title=gettext("coverage.paper.list_title", area=area.name),
        titles={name: gettext(f"coverage.export.{name}") for name in COLUMNS},
        rows=(_cells(row, returns) for row, returns in _asked_rows(scope)),
        on_paper=ON_PAPER, facts=_facts(area, scope), blank=gettext("coverage.paper.remark"),
    )  # fmt: skip


def _facts(area: Area, scope: Scope) -> list[str]:
    """Where these households live, and what they were picked by."""
    path = " / ".join(one.name for one in areas.path(db.session, area, here("export.read")))
    picked = [words for words, _ in chips(asked.filters(request.args), coverage.cadres(db.session, scope))]
    picked += [gettext("coverage.filter.words", words=lists.words())] if lists.words() else []
    facts = [f"{gettext('coverage.paper.area')} {path}"]
    return facts + ([f"{gettext('coverage.paper.filters')} {say('coverage.reason.between').join(picked)}"] if picked else [])


@bp.get("/points.geojson")
@needs("export.read")
def points_geojson():
    area, scope = asked.area_and_scope("export.read")
    features = (
        geojson_file.feature(row.lon, row.lat, dict(zip(COLUMNS, _cells(row, returns), strict=True)))
        for row, returns in _asked_rows(scope)
        if row.lon is not None
    )
    return _points(area, geojson_file.to_geojson(features))


def _points(area: Area, body: bytes) -> Response:
    name = f"{gettext('coverage.file.points', area=area.name)}_{lists.stamp()}.geojson"
    return lists.download(name, geojson_file.MEDIA_TYPE, body)


def _asked_rows(scope: Scope) -> Iterator[tuple[Row, dict[UUID, Return]]]:
    """Every household that is shown, with the returns it may be among."""
    filters, sort = asked.filters(request.args), lists.order(households.SORTS, "area")
    return _with_returns(households.every(db.session, scope, filters, lists.words(), sort))


def _with_returns(parts: Iterable[list[Row]]) -> Iterator[tuple[Row, dict[UUID, Return]]]:
    for part in parts:
        returns = households.returns(db.session, [row.capture_id for row in part if row.state == "returned"])
        yield from ((row, returns) for row in part)


def _cells(row: Row, returns: dict) -> list:
    return [
        row.number, lists.listed_name(row.head_name), row.community, row.group, code_words("household_attribute", row.attribute),
        say(f"coverage.state.{row.state}"), reason(row, returns), row.lon, row.lat, row.accuracy_m,
        say(f"coverage.source.{row.source}") if row.source else None, row.by, when(row.taken_at), when(row.received_at),
    ]  # fmt: skip
