"""What a capture means for its household, and for the figures of coverage."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

#: Household states behind each figure. registered = captured + excepted + returned + missing; accepted is part of captured.
BEHIND: dict[str, tuple[str, ...]] = {
    "registered": (),
    "captured": ("uploaded", "accepted"),
    "accepted": ("accepted",),
    "returned": ("returned",),
    "excepted": ("excepted",),
    "missing": ("missing",),
}


def location_state(capture_state: str | None, has_point: bool) -> str:
    """The state of a household by its current capture: missing, returned, excepted, uploaded or accepted."""
    if capture_state is None:
        return "missing"
    if capture_state == "returned":
        return "returned"
    if not has_point:
        return "excepted"
    return "accepted" if capture_state == "accepted" else "uploaded"


@dataclass(frozen=True)
class Figures:
    """Households of one area, counted."""

    registered: int = 0
    captured: int = 0
    accepted: int = 0
    returned: int = 0
    excepted: int = 0
    missing: int = 0

    @property
    def uploaded(self) -> int:
        return self.captured - self.accepted

    @property
    def open(self) -> int:
        """What somebody still has to go for."""
        return self.missing + self.returned

    @property
    def handled(self) -> int:
        """Households with an end: a point or an exception that was not sent back."""
        return self.captured + self.excepted

    @property
    def percent(self) -> float | None:
        """Captured of registered, rounded down: 100 means every one. None where nobody is registered."""
        return floor(1000 * self.captured / self.registered) / 10 if self.registered else None


def counted(by_state: Mapping[str, int]) -> Figures:
    """Figures from the number of households in each state."""
    every = {name: sum(by_state.get(state, 0) for state in states) for name, states in BEHIND.items()}
    return Figures(**every | {"registered": sum(by_state.values())})
