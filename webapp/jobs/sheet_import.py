"""Importing a sheet beside the requests: look first, write when told to."""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.imports.sheet import Tick
from webapp.jobs.import_folder import ImportFolder, State, guarded, ticking
from webapp.models.engine import begin_write
from webapp.services.sealing import KeyRing


class Plan(Protocol):
    """What an import would do. Two plans with the same fingerprint do the same."""

    good: int

    def fingerprint(self) -> str: ...


@dataclass(frozen=True)
class SheetImporter:
    """What an import needs of the app it belongs to. Each kind of sheet says how it is read, compared, shown and written."""

    engine: Engine
    ring: KeyRing
    scope: Scope

    def read(self, folder: ImportFolder, tick: Tick) -> Any:
        raise NotImplementedError

    def compare(self, session: Session, sheet: Any, state: State) -> Plan:
        raise NotImplementedError

    def preview(self, session: Session, plan: Any, sheet: Any) -> dict:
        """The plan as a page can show it, with its fingerprint. It lies on the disk in the clear."""
        raise NotImplementedError

    def put(self, session: Session, plan: Any, tick: Tick) -> None:
        raise NotImplementedError

    def look(self, folder: ImportFolder) -> None:
        """Read the upload and keep what importing it would do."""
        guarded(folder, self._look)

    def write(self, folder: ImportFolder) -> None:
        """Import what the preview promised, in one transaction; if things changed since, preview again."""
        guarded(folder, self._write)

    def _look(self, folder: ImportFolder, state: State) -> None:
        sheet = self.read(folder, ticking(folder, state))
        with Session(self.engine) as session:
            plan = self.compare(session, sheet, state)
            folder.keep("preview.json", self.preview(session, plan, sheet))
        state.stage = "planned"

    def _write(self, folder: ImportFolder, state: State) -> None:
        sheet = self.read(folder, lambda done, total: None)
        with Session(self.engine) as session:
            begin_write(session)
            plan = self.compare(session, sheet, state)
            if plan.fingerprint() != folder.kept("preview.json")["fingerprint"]:
                folder.keep("preview.json", self.preview(session, plan, sheet))
                folder.release()
                state.stage, state.moved = "planned", True
                return
            self.put(session, plan, ticking(folder, state))
            session.commit()
        state.stage, state.written = "done", plan.good
        folder.clear()
