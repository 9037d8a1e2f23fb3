"""Everything one coverage page shows, gathered once for screen and paper."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request

from webapp.blueprints.coverage import asked
from webapp.blueprints.shell import lists
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
from webapp.queries.coverage import Counts, Filters, Progress

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
    narrowed: bool  # a filter looks at what came in, so "registered" no longer means the register
    sort: str
    lines: list[Line]
    total: Figures
    progress: Progress
    cadres: dict[UUID, str]
    outlook: Outlook | None
    as_of: datetime


def board(ability: str = "coverage.read") -> Board:
    area, scope = asked.area_and_scope(ability)
    filters = asked.filters(request.args)
    # a group has households instead of parts: the order asked for is theirs (register.listing)
    sort = "area" if area.level == "group" else lists.order(SORTS, "area")
    counts, progress = coverage.counts(db.session, scope, filters), coverage.progress(db.session, scope, filters)
    narrowed = filters != filters.whole
    everybody = coverage.counts(db.session, scope, filters.whole) if narrowed else counts
    ever = coverage.progress(db.session, scope, filters.whole) if narrowed else progress
    return Board(
        area=area,
        path=areas.path(db.session, area, here(ability)),
        scope=scope,
        whole=scope.covers(area_prefix(area.code)),
        filters=filters,
        narrowed=narrowed,
        sort=sort,
        lines=_sorted(lines(area, scope, counts), sort),
        total=counts.total,
        progress=progress,
        cadres=coverage.names(db.session, [*ever.by_cadre, filters.cadre]),
        outlook=_outlook(everybody.total, ever),
        as_of=now(),
    )


def lines(area: Area, scope: Scope, counts: Counts) -> list[Line]:
    """One line per area right below, also for those where nobody is registered; by code."""
    figures = counts.below(area)
    return [Line(child, figures.get(child.code, Figures())) for child in areas.children(db.session, area, scope)]


def _sorted(rows: list[Line], sort: str) -> list[Line]:
    name = sort.removeprefix("-")
    if name == "area":
        return rows[::-1] if sort.startswith("-") else rows
    return sorted(rows, key=lambda row: getattr(row.figures, name) or 0, reverse=sort.startswith("-"))


def _outlook(total: Figures, ever: Progress) -> Outlook | None:
    """The forecast speaks of everybody who is to be visited, not of those a filter picks by what came in."""
    if not total.registered:
        return None
    phase = campaigns.active(db.session).phase(COLLECTING_PHASE)
    handled = {day: figures.handled for day, figures in ever.by_day.items()}
    return Outlook(phase, forecast(total.open, handled, day_of(now()), phase.start, phase.end))
