"""How old somebody is, and on which day that is asked."""

from datetime import date

#: Members who live in the household: code_member_status.
ACTIVE = ("1", "4")
#: Where no campaign says when collecting began: the day of the notice's own, domain/data/campaign_phases.csv.
COLLECTING_FROM = (10, 8)


def age(birth: date, on: date) -> int:
    """Whole years; who was born on 29 February has a birthday on 1 March of other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def day_of(year: int) -> date:
    """The day ages of a year are counted to."""
    return date(year, *COLLECTING_FROM)


def is_active(status: str | None) -> bool:
    """A member of whom nothing was said lives there."""
    return status is None or status in ACTIVE
