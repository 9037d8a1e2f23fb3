"""Invented families: who lives together, how old they are, and numbers that could be nobody's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from webapp.domain import idcards
from webapp.domain.ids import uuid7
from webapp.services.demo_words import names, weighted

SIZES = tuple(zip(range(1, 8), (8, 18, 25, 24, 14, 8, 3), strict=True))
#: 德昂 and others live in the west of the prefecture; here it is mostly these.
ETHNIC = (("01", 74), ("07", 9), ("14", 6), ("18", 4), ("20", 3), ("34", 2), ("03", 1), ("06", 1))
MALE, FEMALE = "1", "2"
DAYS = 365


@dataclass
class Person:
    relation: str
    sex: str
    age: int  # this year
    name: str = ""
    ethnic: str = "01"
    birth: date = date.min
    id_no: str = ""
    certificate: str | None = None
    id: UUID = field(default_factory=uuid7)
    traits: dict = field(default_factory=dict)  # what stays the same over the years: health, way through school, work


class Cards:
    """Numbers nobody else of the demo has."""

    def __init__(self, dice: Random):
        self.dice, self.given = dice, set()

    def new(self, birth: date, sex: str) -> str:
        while True:
            serial = self.dice.randrange(1, 500) * 2 - (sex == MALE)
            body = f"{idcards.DEMO_REGION}{birth:%Y%m%d}{serial:03d}"
            if body not in self.given:
                self.given.add(body)
                return body + idcards.check_digit(body)


def people(dice: Random, head_name: str, attribute: str, day: date, cards: Cards) -> list[Person]:
    """The head first, then in the order of the code list."""
    kin = _alone(dice) if attribute == "06" else _together(dice)
    ethnic = weighted(dice, ETHNIC)
    for one in kin:
        one.name = head_name if one.relation == "01" else _surname(kin, one, head_name, dice) + given_name(dice)
        one.ethnic = "01" if one.relation in ("02", "05") and dice.random() < 0.15 else ethnic
        one.birth = day.replace(year=day.year - one.age, day=min(day.day, 28)) - timedelta(days=dice.randrange(DAYS - 1))
        one.id_no = cards.new(one.birth, one.sex)
    return sorted(kin, key=lambda one: one.relation)


def given_name(dice: Random) -> str:
    return "".join(dice.sample(names("given"), dice.choice((1, 2, 2))))


def _surname(kin: list[Person], one: Person, head_name: str, dice: Random) -> str:
    """Children are called after their father, wives after theirs."""
    after_head = one.relation in ("03", "04", "07", "08", "11") and kin[0].sex == MALE
    return head_name[0] if after_head else dice.choice(names("surname"))


def _alone(dice: Random) -> list[Person]:
    return [Person("01", dice.choices((MALE, FEMALE), (3, 1))[0], dice.randint(63, 86))]


def _together(dice: Random) -> list[Person]:
    kin = [Person("01", MALE if dice.random() < 0.8 else FEMALE, round(dice.triangular(27, 78, 48)))]
    size = weighted(dice, SIZES)
    steps: list[Callable] = [_child, _child, _parent, _child, _bride, _grandchild, _grandchild, _parent]
    for step in [_spouse, *dice.sample(steps, len(steps)), _child, _bride, _grandchild]:
        if len(kin) < size:
            kin += [one for one in [step(dice, kin)] if one]
    return kin


def _of(kin: list[Person], *relations: str) -> list[Person]:
    return [one for one in kin if one.relation in relations]


def _spouse(dice: Random, kin: list[Person]) -> Person | None:
    head = kin[0]
    if dice.random() < 0.15:
        return None
    other = FEMALE if head.sex == MALE else MALE
    return Person("02", other, min(max(head.age + dice.randint(-4, 3), 23), 85))


def _child(dice: Random, kin: list[Person]) -> Person | None:
    age = min(one.age for one in _of(kin, "01", "02")) - dice.randint(21, 34)
    sex = dice.choice((MALE, FEMALE))
    if not 1 <= age <= 40 or (sex == FEMALE and age > 24):  # a grown daughter lives with her husband's people
        return None
    return Person("03" if sex == MALE else "04", sex, age)


def _bride(dice: Random, kin: list[Person]) -> Person | None:
    sons = [one for one in _of(kin, "03") if one.age >= 24]
    return Person("05", FEMALE, sons[0].age - dice.randint(0, 3)) if sons and not _of(kin, "05") else None


def _grandchild(dice: Random, kin: list[Person]) -> Person | None:
    mothers = _of(kin, "05")
    age = mothers[0].age - dice.randint(20, 30) if mothers else 0
    sex = dice.choice((MALE, FEMALE))
    return Person("07" if sex == MALE else "08", sex, age) if age >= 1 else None


def _parent(dice: Random, kin: list[Person]) -> Person | None:
    """The husband's parents live with them; a woman without one takes her own in."""
    head = kin[0]
    father, mother = ("15", "16") if head.sex == FEMALE and _of(kin, "02") else ("11", "12")
    taken = {one.relation for one in kin}
    age = max(one.age for one in _of(kin, "01", "02")) + dice.randint(20, 30)
    free = [relation for relation in (father, mother) if relation not in taken]
    if not free or age > 90 or taken & ({"11", "12"} ^ {"15", "16"} ^ {father, mother}):
        return None
    relation = dice.choice(free)
    return Person(relation, MALE if relation == father else FEMALE, age)
