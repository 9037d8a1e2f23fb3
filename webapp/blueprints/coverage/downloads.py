"""Files of exactly what is shown: same area, same filters, same search, same order."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from uuid import UUID

from flask import Response, request, send_file
from flask_babel import gettext

from webapp.blueprints.coverage import asked, bp
from webapp.blueprints.coverage.board import board
from webapp.blueprints.coverage.register import reason
from webapp.blueprints.coverage.words import code_words, column_words, percent_words, say, when
from webapp.blueprints.shell.access import needs
from webapp.domain.clock import now
from webapp.domain.coverage import BEHIND, Figures
from webapp.domain.days import local
from webapp.exports import geojson_file
from webapp.exports.csv_file import to_csv
from webapp.extensions import db
from webapp.models import Area
from webapp.queries import coverage_households as households
from webapp.queries.coverage_households import Return, Row

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "geojson": geojson_file.MEDIA_TYPE}
COLUMNS = (
    "number", "head", "community", "group", "attribute", "state", "reason", "lon", "lat", "accuracy", "source", "by", "taken",
    "received",
)  # fmt: skip


@bp.get("/table.csv")
@needs("export.read")
def table_csv():
    shown = board("export.read")
    rows = [_figures(line.area.code, line.area.name, line.figures) for line in shown.lines]
    rows.append(_figures(shown.area.code, gettext("coverage.total"), shown.total))
    titles = [column_words(name, shown.narrowed) for name in ("code", "area", *BEHIND, "percent")]
    return _file("csv", "coverage.file.table", shown.area, to_csv(titles, rows))


def _figures(code: str, name: str, figures: Figures) -> list:
    return [code, name, *(getattr(figures, figure) for figure in BEHIND), percent_words(figures.percent)]


@bp.get("/households.csv")
@needs("export.read")
def households_csv():
    area, rows = _asked_rows()
    titles = [gettext(f"coverage.export.{name}") for name in COLUMNS]
    return _file("csv", "coverage.file.households", area, to_csv(titles, (_cells(row, returns) for row, returns in rows)))


@bp.get("/points.geojson")
@needs("export.read")
def points_geojson():
    area, rows = _asked_rows()
    features = (
        geojson_file.feature(row.lon, row.lat, dict(zip(COLUMNS, _cells(row, returns), strict=True)))
        for row, returns in rows
        if row.lon is not None
    )
    return _file("geojson", "coverage.file.points", area, geojson_file.to_geojson(features))


def _asked_rows() -> tuple[Area, Iterator[tuple[Row, dict[UUID, Return]]]]:
    """The area, and every household that is shown with the returns it may be among."""
    area, scope = asked.area_and_scope("export.read")
    filters, words, sort = asked.filters(request.args), request.args.get("q", ""), asked.order(households.SORTS, "area")
    return area, _with_returns(households.every(db.session, scope, filters, words, sort))


def _with_returns(parts: Iterable[list[Row]]) -> Iterator[tuple[Row, dict[UUID, Return]]]:
    for part in parts:
        returns = households.returns(db.session, [row.capture_id for row in part if row.state == "returned"])
        yield from ((row, returns) for row in part)


def _cells(row: Row, returns: dict) -> list:
    return [
        row.number, row.head_name, row.community, row.group, code_words("household_attribute", row.attribute),
        say(f"coverage.state.{row.state}"), reason(row, returns), row.lon, row.lat, row.accuracy_m,
        say(f"coverage.source.{row.source}") if row.source else None, row.by, when(row.taken_at), when(row.received_at),
    ]  # fmt: skip


def _file(kind: str, title: str, area: Area, content: bytes) -> Response:
    """A download whose name says what, where, when and in which datum."""
    name = gettext(title, area=area.name, moment=local(now()).strftime("%Y%m%d-%H%M"))
    return send_file(BytesIO(content), MEDIA_TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}")
