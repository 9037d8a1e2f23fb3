"""The register as an import needs to see it."""

from collections import Counter
from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.domain import codes
from webapp.domain.access import Scope
from webapp.domain.headers import plain
from webapp.domain.register_plan import GroupKey, Known
from webapp.models import Area, Capture, Household
from webapp.queries.scope import inside

#: As many numbers as one IN list takes.
NUMBERS = 500
#: A shortened community name is understood from this many characters on, if only one can be meant.
SHORTEST = 2

Unseal = Callable[[UUID, bytes | None], str]


def communities(session: Session) -> list[tuple[str, str]]:
    """(code, name) of every community, by code."""
    rows = session.execute(select(Area.code, Area.name).where(Area.level == "community").order_by(Area.code))
    return [(code, name) for code, name in rows]


def community_names(session: Session) -> dict[str, str]:
    """Everything a community may be called (code, short name, full name, unmistakable beginnings) → its code."""
    full = {row["code12"]: row["name"] for row in codes.rows("divisions_hetu")}
    known = [(code, plain(name), plain(full.get(code, name))) for code, name in communities(session)]
    starts = {(code, name[:n]) for code, *names in known for name in names for n in range(SHORTEST, len(name) + 1)}
    meant = Counter(start for _, start in starts)
    names = {start: code for code, start in starts if meant[start] == 1}
    return names | {name: code for code, *both in known for name in (*both, code)}


def groups(session: Session) -> dict[GroupKey, str]:
    """(community, plain name) → code of every group."""
    rows = session.execute(select(Area.parent_code, Area.name, Area.code).where(Area.level == "group"))
    return {(parent, plain(name)): code for parent, name, code in rows}


def known(session: Session, community_codes: Iterable[str], numbers: Iterable[str], unseal: Unseal) -> dict[str, Known]:
    """All households of these communities, and those with these numbers wherever they are, by number."""
    found: dict[str, Known] = {}
    for code in sorted(set(community_codes)):
        found |= _rows(session, _selection().where(inside(Household.area_code, Scope((code,)))), unseal)
    elsewhere = sorted(set(numbers) - found.keys())
    for start in range(0, len(elsewhere), NUMBERS):
        part = _selection().where(Household.number.in_(elsewhere[start : start + NUMBERS]))
        found |= _rows(session, part, unseal)
    return found


def _selection() -> Select:
    return (
        select(
            Household.id, Household.number, Household.head_name, Household.area_code, Area.name, Household.attribute,
            Household.exit_status, Household.address, Household.phone_sealed, Capture.lon, Capture.lat, Household.rev,
            Household.deleted_at,
        )
        .join(Area, Area.code == Household.area_code)
        .outerjoin(Capture, Capture.id == Household.previous_capture_id)
    )  # fmt: skip


def _rows(session: Session, selection: Select, unseal: Unseal) -> dict[str, Known]:
    return {row.number: _known(row, unseal) for row in session.execute(selection)}


def _known(row, unseal: Unseal) -> Known:
    return Known(
        row.id, row.number, row.head_name, row.area_code, row.name, row.attribute, row.exit_status, row.address,
        unseal(row.id, row.phone_sealed), row.lon, row.lat, row.rev, row.deleted_at is not None,
    )  # fmt: skip
