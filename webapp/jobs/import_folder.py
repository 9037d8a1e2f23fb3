"""Where an import lives between requests: one folder with the upload, what was found in it, and how far it is.

On disk, because the next request may reach another worker process. Files are replaced whole, never half.
"""

import logging
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import BinaryIO
from uuid import UUID

import msgspec
from sqlalchemy.exc import DBAPIError

from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem, not_found
from webapp.models.engine import refused_by_storage

#: A running import writes its state often; one that is silent this long was cut off with its process.
SILENT_SECONDS = 180
KEEP_SECONDS = 24 * 3600
STAGES = ("reading", "planned", "writing", "done", "failed")
RUNNING = ("reading", "writing")
#: What is imported, and the name its upload lies under.
UPLOADS = {"register": "upload.xlsx", "comparison": "upload.xlsx", "rescue": "upload.pack"}

log = logging.getLogger(__name__)


class State(msgspec.Struct):
    id: UUID
    account_id: UUID
    kind: str  # of UPLOADS
    file: str  # its name on the person's computer
    datum: str | None
    year: int | None = None  # that a comparison sheet tells of
    stage: str = "reading"  # of STAGES
    done: int = 0
    total: int = 0
    moved: bool = False  # the register changed between the preview and the confirmation
    written: int = 0
    problem: dict | None = None  # code, fields, values
    said_at: float = 0.0  # unix seconds


@dataclass(frozen=True)
class ImportFolder:
    path: Path

    @property
    def upload(self) -> Path:
        return self.path / UPLOADS[self.state().kind]

    def state(self) -> State:
        """A state whose process is gone reads as failed."""
        state = msgspec.json.decode((self.path / "state.json").read_bytes(), type=State)
        if state.stage in RUNNING and time.time() - state.said_at > SILENT_SECONDS:
            state.stage, state.problem = "failed", {"code": "import_interrupted"}
        return state

    def say(self, state: State) -> None:
        state.said_at = time.time()
        self.keep("state.json", state)

    def keep(self, name: str, thing) -> None:
        draft = self.path / f".{name}"
        draft.write_bytes(msgspec.json.encode(thing))
        draft.replace(self.path / name)

    def kept(self, name: str):
        return msgspec.json.decode((self.path / name).read_bytes())

    def claim(self) -> bool:
        """True for the first who asks: two clicks start one writing."""
        try:
            os.close(os.open(self.path / "claimed", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def release(self) -> None:
        (self.path / "claimed").unlink(missing_ok=True)

    def clear(self) -> None:
        """The register's rows must not lie about once they are taken in or turned away."""
        self.upload.unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def make(
    media: Path, stream: BinaryIO, kind: str, file: str, account_id: UUID, datum: str | None = None, year: int | None = None
) -> ImportFolder:
    """A new folder with the upload in it. Folders left from yesterday go."""
    sweep(media)
    state = State(uuid7(), account_id, kind, file[:120], datum, year)
    folder = ImportFolder(media / "imports" / str(state.id))
    folder.path.mkdir(parents=True, mode=0o700)
    folder.say(state)
    with folder.upload.open("wb") as target:
        shutil.copyfileobj(stream, target)
    return folder


def find(media: Path, kind: str, job_id: UUID, account_id: UUID) -> ImportFolder:
    """An import is its owner's alone."""
    folder = ImportFolder(media / "imports" / str(job_id))
    if not (folder.path / "state.json").exists():
        raise not_found()
    state = folder.state()
    if (state.kind, state.account_id) != (kind, account_id):
        raise not_found()
    return folder


def stages(media: Path) -> dict[str, int]:
    """How many imports of the last day are at which stage."""
    found = (ImportFolder(path.parent).state().stage for path in (media / "imports").glob("*/state.json"))
    return dict.fromkeys(STAGES, 0) | Counter(found)


def sweep(media: Path) -> int:
    """Folders left from yesterday go; how many those were."""
    old = [path for path in (media / "imports").glob("*") if time.time() - path.stat().st_mtime > KEEP_SECONDS]
    for path in old:
        ImportFolder(path).remove()
    return len(old)


def beside(work: Callable[[ImportFolder], None], folder: ImportFolder) -> Thread:
    """Run it in a thread of its own; the folder tells everybody how far it is."""
    thread = Thread(target=work, args=(folder,), name=f"import {folder.path.name}")
    thread.start()
    return thread


def guarded(folder: ImportFolder, work: Callable[[ImportFolder, State], None]) -> None:
    """Whatever happens in there becomes the folder's state."""
    state = folder.state()
    try:
        work(folder, state)
    except Problem as problem:
        state.stage, state.problem = "failed", asdict(problem)
    except (DBAPIError, OSError) as error:
        log.exception("import %s", folder.path.name)
        state.stage, state.problem = "failed", {"code": refused_by_storage(error) or "server_error"}
    except Exception:
        log.exception("import %s", folder.path.name)
        state.stage, state.problem = "failed", {"code": "server_error"}
    if state.stage == "failed":
        folder.clear()
    folder.say(state)


def ticking(folder: ImportFolder, state: State) -> Callable[[int, int], None]:
    def tick(done: int, total: int) -> None:
        state.done, state.total = done, max(done, total)
        folder.say(state)

    return tick
