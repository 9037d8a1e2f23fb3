"""Who may do what, and where. The only place that knows."""

from collections.abc import Iterable
from dataclasses import dataclass

#: What each role is able to do, design §1.
ABILITIES: dict[str, frozenset[str]] = {
    "cadre": frozenset({"field.capture", "household.read"}),
    "community": frozenset(
        {
            "field.capture", "household.read", "coverage.read", "review.read", "review.return", "export.read", "conflict.read",
        }
    ),
    "office": frozenset(
        {
            "field.capture", "field.capture_office", "household.read", "coverage.read", "review.read", "review.return",
            "review.accept", "export.read", "register.import", "rescue.import", "campaign.edit", "conflict.read",
            "conflict.decide", "form.edit",
        }
    ),
    "unit": frozenset(),
    "supervisor": frozenset({"household.read", "coverage.read", "export.read", "conflict.read"}),
    "district": frozenset({"household.read", "coverage.read", "export.read", "conflict.read"}),
    "admin": frozenset({"setup.accounts", "setup.devices", "campaign.edit", "register.import", "rescue.import", "form.edit"}),
}  # fmt: skip
ROLES = tuple(ABILITIES)
#: The responsible units of the exit criteria; a unit account belongs to one of them.
UNITS = ("water", "housing", "school", "social", "affairs")

#: Digits that a code keeps of its own level; the rest are zeros (12 digits), a group adds two more.
_PREFIX_DIGITS = {"county": 6, "street": 9, "community": 12, "group": 14}


def area_prefix(code: str) -> str:
    """The digits every code below this area starts with: 530502005000 → 530502005."""
    if len(code) > 12:
        return code
    for digits in (6, 9):
        if code[digits:] == "0" * (12 - digits):
            return code[:digits]
    return code


def area_level(code: str) -> str:
    """county, street, community or group, read off the code."""
    digits = len(area_prefix(code))
    return next(level for level, n in _PREFIX_DIGITS.items() if n == digits)


def community_of(code: str) -> str:
    """The community a group code belongs to; a code above the community stays itself."""
    return code[:12]


@dataclass(frozen=True)
class Scope:
    """The areas somebody may touch, as code prefixes. Empty means nothing at all."""

    prefixes: tuple[str, ...] = ()

    def covers(self, code: str) -> bool:
        return any(code.startswith(prefix) for prefix in self.prefixes)

    def shows(self, code: str) -> bool:
        """Is this area itself, with its own point and photos, for them? What they hold, what holds it, county and street."""
        return area_level(code) in ("county", "street") or bool(self.narrowed(code).prefixes)

    def narrowed(self, code: str) -> "Scope":
        """The part of this scope inside one area."""
        inside = area_prefix(code)
        if self.covers(inside):
            return Scope((inside,))
        return Scope(tuple(p for p in self.prefixes if p.startswith(inside)))


#: For commands and figures of the server itself; no person has it.
EVERYWHERE = Scope(("",))


def scope(grants: Iterable[tuple[str, str]], ability: str) -> Scope:
    """Where these (role, area code) grants allow this ability."""
    prefixes = {area_prefix(code) for role, code in grants if ability in ABILITIES[role]}
    return Scope(tuple(sorted(p for p in prefixes if not any(p != q and p.startswith(q) for q in prefixes))))


def able(grants: Iterable[tuple[str, str]], ability: str) -> bool:
    return any(ability in ABILITIES[role] for role, _ in grants)
