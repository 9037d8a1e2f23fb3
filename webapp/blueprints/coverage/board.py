"""Everything one coverage page shows, gathered once for screen and paper."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import request

from webapp.blueprints.coverage import asked
from webapp.blueprints.shell.access import here
from webapp.domain.access import Scope, area_prefix
from webapp.domain.clock import now
from webapp.domain.coverage import BEHIND, Figures
from webapp.domain.days import day_of
from webapp.domain.forecast import Forecast, forecast
from webapp.extensions import db
from webapp.models import Area
from webapp.models.campaign import Phase
from webapp.queries import areas, campaigns, coverage
from webapp.queries.coverage import CadreTally, Filters, Tally

SORTS = ("area", "percent", *BEHIND)
COLLECTING_PHASE = 3


@dataclass(frozen=True)
class Line:
    area: Area
    figures: Figures


@dataclass(frozen=True)
class Outlook:
    phase: Phase
    forecast: Forecast


@dataclass(frozen=True)
class Board:
    area: Area
    path: list[Area]
    scope: Scope
    whole: bool  # False: only the part of the area that is this person's
    filters: Filters
    sort: str
    lines: list[Line]
    total: Figures
    cadres: list[CadreTally]
    days: dict[date, Tally]
    outlook: Outlook | None
    as_of: datetime

    @property
    def narrowed(self) -> bool:
        """A filter looks at what came in, so "registered" no longer means the register."""
        return self.filters != self.filters.whole


def board(ability: str = "coverage.read") -> Board:
    area, scope = asked.area_and_scope(ability)
    filters, sort = asked.filters(request.args), asked.order(SORTS, "area")
    days = coverage.by_day(db.session, scope, filters)
    total = coverage.figures(db.session, scope, filters)
    return Board(
        area=area,
        path=areas.path(db.session, area, here(ability)),
        scope=scope,
        whole=scope.covers(area_prefix(area.code)),
        filters=filters,
        sort=sort,
        lines=_sorted(lines(area, scope, filters), sort),
        total=total,
        cadres=coverage.by_cadre(db.session, scope, filters),
        days=days,
        outlook=_outlook(scope, filters, days, total),
        as_of=now(),
    )


def lines(area: Area, scope: Scope, filters: Filters) -> list[Line]:
    """One line per area right below, also for those where nobody is registered; by code."""
    figures = coverage.by_child(db.session, area, scope, filters)
    return [Line(child, figures.get(child.code, Figures())) for child in areas.children(db.session, area, scope)]


def _sorted(rows: list[Line], sort: str) -> list[Line]:
    name = sort.removeprefix("-")
    if name == "area":
        return rows[::-1] if sort.startswith("-") else rows
    return sorted(rows, key=lambda row: getattr(row.figures, name) or 0, reverse=sort.startswith("-"))


def _outlook(scope: Scope, filters: Filters, days: dict[date, Tally], total: Figures) -> Outlook | None:
    """The forecast speaks of everybody who is to be visited, not of those a filter picks by what came in."""
    if filters != filters.whole:
        days, total = coverage.by_day(db.session, scope, filters.whole), coverage.figures(db.session, scope, filters.whole)
    if not total.registered:
        return None
    phase = campaigns.active(db.session).phase(COLLECTING_PHASE)
    handled = {day: tally.handled for day, tally in days.items()}
    return Outlook(phase, forecast(total.open, handled, day_of(now()), phase.start, phase.end))
