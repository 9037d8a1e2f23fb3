"""Campaigns, areas and households as phones keep them, docs/protocol.md §4. Some questions a page, however many rows."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain import codes
from webapp.domain.access import Scope, community_of
from webapp.domain.ids import campaign_id
from webapp.domain.thresholds import DEFAULTS
from webapp.models import Area, Campaign, Household
from webapp.queries import area_years, campaigns, families, forms, phone_edits, phone_responses
from webapp.queries import areas as area_reads
from webapp.queries.feed import ChangeRow, area_names
from webapp.queries.phone_captures import CaptureRow, Custody
from webapp.queries.scope import inside

PHONE_THRESHOLDS = (
    "accuracy_good_m", "accuracy_fair_m", "accuracy_poor_m", "spread_good_m", "spread_fair_m", "min_fixes", "good_fixes",
    "last_capture_near_m", "last_capture_far_m",
)  # fmt: skip
HOUSEHOLD = Household.__table__.c
_HOUSEHOLD = (
    HOUSEHOLD.id, HOUSEHOLD.rev, HOUSEHOLD.number, HOUSEHOLD.head_name, HOUSEHOLD.pinyin, HOUSEHOLD.initials, HOUSEHOLD.area_code,
    HOUSEHOLD.attribute, HOUSEHOLD.exit_status, HOUSEHOLD.address, HOUSEHOLD.phone_masked, HOUSEHOLD.demo,
    HOUSEHOLD.location_state, HOUSEHOLD.capture_id, HOUSEHOLD.previous_capture_id, HOUSEHOLD.phone_mark,
)  # fmt: skip

Found = dict[tuple[str, UUID], tuple[int, dict]]


def every(session: Session, account_id: UUID, locale: str, scope: Scope, rows: Iterable[ChangeRow]) -> Found:
    """(rev, data) of each changed thing that exists and lies in the scope, by (kind, id)."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        ids[row.kind].add(row.entity_id)
    return {
        **_campaigns(session, ids["campaign"], locale),
        **_areas(session, account_id, scope, ids["area"]),
        **_households(session, account_id, scope, ids["household"]),
        **area_years.for_phones(session, scope, ids["area_year"]),
        **_families(session, scope, ids["family"]),
        **forms.for_phones(session, ids["form"]),
        **phone_edits.conflicts(session, account_id, scope, ids["conflict"]),
    }


def _campaigns(session: Session, ids: set[UUID], locale: str) -> Found:
    """The running one; the others are no business of phones."""
    if not ids:
        return {}
    running = session.scalars(select(Campaign).where(Campaign.active)).all()
    return {("campaign", campaign_id(row.year)): (row.rev, _campaign(row, locale)) for row in running}


def _campaign(campaign: Campaign, locale: str) -> dict:
    title = "title_zh" if locale.startswith("zh") else "title_en"
    limits = {**DEFAULTS, **campaign.thresholds}
    return {
        "year": campaign.year, "name": campaign.name,
        "from": min(phase.start for phase in campaign.phases), "to": max(phase.end for phase in campaign.phases),
        "phases": [
            {"no": phase.no, "title": getattr(phase, title), "start": phase.start, "end": phase.end} for phase in campaign.phases
        ],
        "thresholds": {name: limits[name] for name in PHONE_THRESHOLDS}, "income_parts": campaign.income_parts,
        "codes": {name: list(codes.codes(name).values()) for name in codes.PHONE_LISTS},
    }  # fmt: skip


def _areas(session: Session, account_id: UUID, scope: Scope, ids: set[UUID]) -> Found:
    if not ids:
        return {}
    rows = [row for row in session.scalars(select(Area).where(Area.id.in_(ids))) if scope.shows(row.code)]
    area_codes = [row.code for row in rows]
    custody, outlines = Custody.of_areas(session, account_id, area_codes), area_reads.outlines(session, area_codes)
    newest = {(row.area_code, row.subject == "water_point"): custody.shape(row) for row in custody.rows}
    return {("area", row.id): (row.rev, _area(row, outlines.get(row.code), newest)) for row in rows}


def _area(area: Area, outline: area_reads.Shape | None, newest: dict[tuple[str, bool], dict]) -> dict:
    return {
        "code": area.code, "level": area.level, "name": area.name, "parent": area.parent_code,
        "center": None if area.center_lon is None else [area.center_lon, area.center_lat],
        "boundary": outline.geometry if outline else None, "boundary_kind": outline.kind if outline else None,
        "capture": newest.get((area.code, False)), "water_point": newest.get((area.code, True)),
    }  # fmt: skip


def _households(session: Session, account_id: UUID, scope: Scope, ids: set[UUID]) -> Found:
    if not ids:
        return {}
    mine = (HOUSEHOLD.id.in_(ids), HOUSEHOLD.deleted_at.is_(None), inside(HOUSEHOLD.area_code, scope))
    rows = session.execute(select(*_HOUSEHOLD).where(*mine)).all()
    custody = Custody.of_households(session, account_id, [row.id for row in rows])
    edits = phone_edits.history(session, [row.id for row in rows])
    responses = phone_responses.of_households(session, account_id, [row.id for row in rows])
    groups = area_names(session, {row.area_code for row in rows})
    captures: dict[UUID | None, list[CaptureRow]] = defaultdict(list)
    for capture in custody.rows:
        captures[capture.household_id].append(capture)
    return {
        ("household", row.id): (
            row.rev, _household(row, groups, custody, captures[row.id], edits[row.id]) | {"responses": responses.get(row.id, [])}
        )
        for row in rows
    }


def _families(session: Session, scope: Scope, ids: set[UUID]) -> Found:
    """Who lives in these households and what was told of them, last year and this year."""
    if not ids:
        return {}
    mine = (HOUSEHOLD.id.in_(ids), HOUSEHOLD.deleted_at.is_(None), inside(HOUSEHOLD.area_code, scope))
    found = families.with_revs(session, session.scalars(select(HOUSEHOLD.id).where(*mine)).all(), campaigns.active(session).year)
    return {("family", household_id): row for household_id, row in found.items()}


def _household(row, groups: dict[str, str], custody: Custody, captures: list[CaptureRow], edits: list[dict]) -> dict:
    by_id = {capture.id: capture for capture in captures}
    current, previous = by_id.get(row.capture_id), by_id.get(row.previous_capture_id)
    return {
        "number": row.number, "head": row.head_name, "pinyin": row.pinyin, "initials": row.initials,
        "area": row.area_code, "group_name": groups.get(row.area_code, ""), "community": community_of(row.area_code),
        "attribute": row.attribute, "exit_status": row.exit_status, "address": row.address, "phone": row.phone_masked,
        "phone_mark": row.phone_mark, "demo": row.demo, "state": row.location_state,
        "capture": custody.shape(current) if current else None,
        "previous": _point(previous) if previous and previous.lon is not None else None,
        "history": sorted([*custody.history(captures), *edits], key=lambda step: step["at"]),
    }  # fmt: skip


def _point(capture: CaptureRow) -> dict:
    return {name: getattr(capture, name) for name in ("lon", "lat", "accuracy_m", "taken_at", "source")}
