"""Who brought something."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Sender:
    """Whose phone brought the batch, and when."""

    account_id: UUID
    device_id: UUID
    received_at: datetime
    clock_skew_s: float | None = None
    stated_seq: int | None = None
    carried: bool = False  # in a rescue pack: the phone itself was not heard
