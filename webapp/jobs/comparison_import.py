"""Importing a comparison sheet."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.orm import Session

from webapp.domain.clock import now
from webapp.domain.register import MAX_ROWS
from webapp.imports.sheet import Sheet, Tick, Wanted, read_apart
from webapp.jobs.import_folder import ImportFolder, State
from webapp.jobs.sheet_import import SheetImporter
from webapp.queries import campaigns
from webapp.queries import comparison as reading
from webapp.services import comparison
from webapp.services.comparison_plan import Plan, compare

SHOWN = 200
SHOWN_ERRORS = 5_000


class ComparisonImporter(SheetImporter):
    def read(self, folder: ImportFolder, tick: Tick) -> Sheet:
        with Session(self.engine) as session:
            wanted = wanted_of(session)
        return read_apart(folder.upload, wanted, tick)

    def compare(self, session: Session, sheet: Sheet, state: State) -> Plan:
        return compare(session, sheet, state.year or last_year(session), self.scope, self.ring, now().date())

    def preview(self, session: Session, plan: Plan, sheet: Sheet) -> dict:
        return preview(plan, sheet)

    def put(self, session: Session, plan: Plan, tick: Tick) -> None:
        comparison.write(session, plan, self.ring, now(), tick=tick)


def wanted_of(session: Session) -> Wanted:
    return Wanted(reading.titles(session), MAX_ROWS)


def read(session: Session, path: Path, tick: Tick) -> Sheet:
    return read_apart(path, wanted_of(session), tick)


def last_year(session: Session) -> int:
    return campaigns.active(session).year - 1


def preview(plan: Plan, sheet: Sheet) -> dict:
    """The plan as a page can show it: what would change by field, but no value of anybody."""
    changed = Counter(name for one in plan.changed for name in set(one.changed))
    return {
        "fingerprint": plan.fingerprint(), "sheet": sheet.name, "header_row": sheet.header_row, "year": plan.year,
        "communities": [], "unknown": plan.columns.unknown,
        "meanings": [{"title": sheet.titles[index], "target": target} for target, index in plan.columns.found.items()],
        "counts": {
            "new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged, "people": plan.people,
            "error_rows": plan.error_rows, "errors": len(plan.errors),
        },
        "errors": [asdict(error) for error in plan.errors[:SHOWN_ERRORS]],
        "changed": [{"target": target, "count": count} for target, count in changed.most_common(SHOWN)],
    }  # fmt: skip
