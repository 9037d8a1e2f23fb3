"""A rescue pack taken in at the desk, beside the requests: look first, write when told to."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.domain.clock import now
from webapp.jobs.import_folder import ImportFolder, State, guarded, ticking
from webapp.services.media import Media
from webapp.services.rescue_keys import RescueKeys
from webapp.services.sealing import KeyRing
from webapp.sync.receipts import Receipts
from webapp.sync.rescued import OpLine, Origin, Rescue

TICK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class RescueImporter:
    """What an import needs of the app it belongs to."""

    engine: Engine
    keys: RescueKeys
    media: Media
    receipts: Receipts
    ring: KeyRing
    scope: Scope

    def look(self, folder: ImportFolder) -> None:
        """Open the pack and keep what importing it would do."""
        guarded(folder, self._look)

    def write(self, folder: ImportFolder) -> None:
        """Import it, record by record: what was taken in before an interruption is a duplicate the next time."""
        guarded(folder, self._write)

    def _look(self, folder: ImportFolder, state: State) -> None:
        folder.keep("preview.json", self._take(folder, state, writing=False))
        state.stage = "planned"

    def _write(self, folder: ImportFolder, state: State) -> None:
        folder.keep("preview.json", self._take(folder, state, writing=True))
        state.stage = "done"
        folder.clear()

    def _take(self, folder: ImportFolder, state: State, *, writing: bool) -> dict:
        tick = _seldom(ticking(folder, state), folder.upload.stat().st_size)
        with Session(self.engine) as session, folder.upload.open("rb") as stream:
            rescue = Rescue(session, self.keys, self.media, self.receipts, self.ring, now, self.scope, writing)
            rescue.take(stream, tick)
            return shown(rescue)


def _seldom(tick: Callable[[int, int], None], total: int) -> Callable[[int], None]:
    """A pack has thousands of things, and telling how far it is costs a file each time."""
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if done - told >= TICK_BYTES:
            told = done
            tick(done, total)

    return tell


def shown(rescue: Rescue) -> dict:
    """The report as a page can show it."""
    report, rows = rescue.report, [_row(*line) for line in rescue.lines()]
    verdicts = [row["verdict"] for row in rows]
    photos = [photo.verdict for photo in report.photos]
    return {
        "counts": {
            "records": len(rows), **{name: verdicts.count(name) for name in ("accepted", "duplicate", "conflict", "refused")},
            "photos": len(photos), "photos_new": photos.count("accepted"), "photos_refused": photos.count("refused"),
        },
        "unreadable": report.unreadable, "foreign": report.foreign, "cut": report.cut, "rows": rows,
        "phones": [_phone(device_id, origin, rows) for device_id, origin in rescue.origins.items()],
    }  # fmt: skip


def _row(line: OpLine, origin: Origin | None, photos_here: int) -> dict:
    problem = line.verdict["problem"]
    return {
        "id": str(line.verdict["id"]), "title": line.title, "taken_at": line.taken_at, "device_id": str(line.device_id),
        "cadre": origin.name if origin else "", "phone": origin.label if origin else "", "verdict": line.verdict["verdict"],
        "problem": problem["code"] if problem else None, "photos": len(line.photos), "photos_here": photos_here,
    }  # fmt: skip


def _phone(device_id: UUID, origin: Origin | None, rows: list[dict]) -> dict:
    records = sum(row["device_id"] == str(device_id) for row in rows)
    if origin is None:
        return {"phone": "", "cadre": "", "records": records, "doubts": ["rescue_unknown_device"]}
    doubts = [origin.standing] * bool(origin.standing) + ["account_disabled"] * (not origin.active)
    return {"phone": origin.label, "cadre": origin.name, "records": records, "doubts": doubts}
