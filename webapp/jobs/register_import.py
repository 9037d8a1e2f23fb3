"""Importing a register."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from webapp.domain.clock import now
from webapp.domain.register_plan import Change, Known, Plan
from webapp.domain.register_rows import Entry
from webapp.imports.register_xlsx import Sheet, read_apart
from webapp.imports.sheet import Tick
from webapp.jobs.import_folder import ImportFolder, State
from webapp.jobs.sheet_import import SheetImporter
from webapp.queries import register as reading
from webapp.services import register
from webapp.services.sealing import masked

#: More than this of one kind nobody reads on a page; the counts are always whole.
SHOWN = 200
SHOWN_ERRORS = 5_000


class Importer(SheetImporter):
    def read(self, folder: ImportFolder, tick: Tick) -> Sheet:
        return read_apart(folder.upload, tick)

    def compare(self, session: Session, sheet: Sheet, state: State) -> Plan:
        return register.compare(session, sheet, state.datum, self.scope, self.ring)

    def preview(self, session: Session, plan: Plan, sheet: Sheet) -> dict:
        return preview(session, plan, sheet)

    def put(self, session: Session, plan: Plan, tick: Tick) -> None:
        register.write(session, plan, self.ring, now(), tick=tick)


def preview(session: Session, plan: Plan, sheet) -> dict:
    """The plan as a page can show it. Phone numbers are masked: this lies on the disk in the clear."""
    names = dict(reading.communities(session))
    return {
        "fingerprint": plan.fingerprint(), "sheet": sheet.name, "header_row": sheet.header_row,
        "communities": list(names.values()),
        "counts": {
            "new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged, "error_rows": plan.error_rows,
            "errors": len(plan.errors), "missing": len(plan.missing), "new_groups": len(plan.new_groups),
        },
        "errors": [asdict(error) for error in plan.errors[:SHOWN_ERRORS]],
        "changed": [_change(change) for change in plan.changed[:SHOWN]],
        "missing": [_missing(known, names) for known in plan.missing[:SHOWN]],
        "new_groups": [{"community": names[code[:12]], "name": name} for code, name in plan.new_groups.values()],
        "new": [_new(entry, names) for entry in plan.new[:SHOWN]],
    }  # fmt: skip


def _new(entry: Entry, names: dict[str, str]) -> dict:
    place = {"community": names[entry.community], "group": entry.group}
    return {"row": entry.row, "number": entry.number, "head": entry.head} | place


def _change(change: Change) -> dict:
    fields = {name: [masked(value) for value in pair] if name == "phone" else list(pair) for name, pair in change.fields.items()}
    return {"row": change.entry.row, "number": change.entry.number, "head": change.entry.head, "fields": fields}


def _missing(known: Known, names: dict[str, str]) -> dict:
    return {"number": known.number, "head": known.head, "community": names[known.area_code[:12]], "group": known.group}
