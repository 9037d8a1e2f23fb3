"""Photos on disk, by their hash. What is served is painted anew: nothing hidden in a file gets out again."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.models import Blob
from webapp.models.engine import insert_for
from webapp.queries import captures as reads
from webapp.services import areas, households

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: A phone's largest picture has 12 to 50 million; three bytes each while it is open.
MAX_PIXELS = 60_000_000
THUMB_PX, VIEW_PX = 320, 2560
READ_BYTES = 1 << 20


class Media:
    """The folder of the photos."""

    def __init__(self, folder: Path):
        self.folder = folder

    def whole(self, sha: str) -> Path:
        return self.folder / sha[:2] / sha[2:4] / sha

    def part(self, device_id: UUID, sha: str) -> Path:
        return self.folder / "parts" / str(device_id) / sha

    def parts(self) -> Iterator[Path]:
        """Every part there is and every lock of one."""
        return self.folder.glob("parts/*/*")

    def view(self, sha: str, size: str) -> Path:
        return self.folder / "views" / sha[:2] / f"{sha}.{size}.jpg"


def keep(session: Session, media: Media, sha: str, part: Path, account_id: UUID | None, now: datetime) -> Blob:
    """Make a whole part a blob, and tell those whose capture waited for it. Raises hash_mismatch, not_a_picture; then
    the part is gone."""
    media_type = _checked(part, sha)
    size_bytes = part.stat().st_size
    _settle(part, media.whole(sha))
    values = {"sha256": sha, "bytes": size_bytes, "media_type": media_type, "received_at": now, "account_id": account_id}
    session.execute(insert_for(session)(Blob.__table__).values(**values).on_conflict_do_nothing())
    _tell(session, sha, now)
    return session.scalars(select(Blob).where(Blob.sha256 == sha).execution_options(populate_existing=True)).one()


def _checked(part: Path, sha: str) -> str:
    try:
        if _sha256(part) != sha:
            raise Problem("hash_mismatch", ["sha256"], {"offset": 0})
        return _media_type(part)
    except Problem:
        part.unlink()
        raise


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _media_type(path: Path) -> str:
    with _picture(path) as picture:
        picture.verify()
        return FORMATS[picture.format]


@contextmanager
def _picture(path: Path):
    """Whatever Pillow dislikes is not a picture; one too large to paint neither."""
    try:
        with warnings.catch_warnings(), Image.open(path, formats=list(FORMATS)) as picture:
            warnings.simplefilter("error")
            if picture.width * picture.height > MAX_PIXELS:
                raise Problem("not_a_picture", ["sha256"])
            yield picture
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        raise Problem("not_a_picture", ["sha256"]) from None


def _settle(part: Path, whole: Path) -> None:
    """Into its place in one step, and onto the disk before anybody is told."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    whole.parent.mkdir(parents=True, exist_ok=True)
    part.replace(whole)
    folder = os.open(whole.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _tell(session: Session, sha: str, now: datetime) -> None:
    listed = reads.showing(session, sha)
    ids = sorted({household_id for household_id, _ in listed if household_id})
    if ids:
        households.touch_ids(session, ids, now)
    areas.touch(session, {area_code for household_id, area_code in listed if household_id is None})


def view(media: Media, sha: str, size: str) -> Path:
    """A painted copy: `thumb` at most 320 px wide, `full` for a screen. Made once."""
    target = media.view(sha, size)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{uuid4().hex}.draft")
        _paint(media.whole(sha), draft, THUMB_PX if size == "thumb" else VIEW_PX)
        draft.replace(target)
    return target


def _paint(source: Path, target: Path, width_px: int) -> None:
    with _picture(source) as picture:
        picture.draft("RGB", (width_px, 4 * width_px))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((width_px, 4 * width_px))
        # Pixels only: metadata of the source, where somebody was when, stays behind.
        clean = Image.new("RGB", upright.size)
        clean.paste(upright)
        clean.save(target, "JPEG", quality=88)
