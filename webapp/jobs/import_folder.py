"""Where an import lives between requests: one folder with the upload, what was found in it, and how far it is.

On disk, because the next request may reach another worker process. Files are replaced whole, never half.
"""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec

from webapp.domain.ids import uuid7
from webapp.domain.problems import not_found

#: A running import writes its state often; one that is silent this long was cut off with its process.
SILENT_SECONDS = 180
KEEP_SECONDS = 24 * 3600
RUNNING = ("reading", "writing")


class State(msgspec.Struct):
    id: UUID
    account_id: UUID
    file: str  # its name on the person's computer
    datum: str | None
    stage: str = "reading"  # reading → planned → writing → done; failed
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
        return self.path / "upload.xlsx"

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


def make(media: Path, stream: BinaryIO, file: str, account_id: UUID, datum: str | None) -> ImportFolder:
    """A new folder with the upload in it. Folders left from yesterday go."""
    sweep(media)
    state = State(uuid7(), account_id, file[:120], datum)
    folder = ImportFolder(media / "imports" / str(state.id))
    folder.path.mkdir(parents=True, mode=0o700)
    with folder.upload.open("wb") as target:
        shutil.copyfileobj(stream, target)
    folder.say(state)
    return folder


def find(media: Path, job_id: UUID, account_id: UUID) -> ImportFolder:
    """An import is its owner's alone."""
    folder = ImportFolder(media / "imports" / str(job_id))
    if not (folder.path / "state.json").exists() or folder.state().account_id != account_id:
        raise not_found()
    return folder


def sweep(media: Path) -> None:
    for path in (media / "imports").glob("*"):
        if time.time() - path.stat().st_mtime > KEEP_SECONDS:
            ImportFolder(path).remove()
