"""Contradictions put into some invented families on purpose, each under the rule of dq_rules.csv it breaks, so that the
checks can be judged: what they find must be exactly this."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from webapp.domain import idcards, income
from webapp.services.demo_lives import SCHOOL, WAYS
from webapp.services.demo_people import Person
from webapp.services.demo_words import word

SHARE = 0.06  # of the households
GRADES = frozenset(SCHOOL.values()) | frozenset(WAYS["college"].values()) - {"16"} | frozenset(WAYS["vocational"].values())


@dataclass
class Home:
    """A household with what is known of it: by year, and of each person by year."""

    household: Any
    people: list[Person]
    years: dict[int, dict]
    lives: dict[int, list[dict]]  # in the order of the people
    helpers: list[dict]
    measures: list[dict]


@dataclass(frozen=True)
class Planted:
    number: str  # of the household
    rule: str
    year: int
    what: str


def plant(dice: Random, homes: Iterable[Home], year: int) -> list[Planted]:
    """One contradiction in each of these homes, about as many of every kind."""
    used: Counter = Counter()
    planted = []
    for home in homes:
        for rule in sorted(RULES, key=lambda rule: (used[rule], dice.random())):
            what = RULES[rule](home, year)
            if what is not None:
                used[rule] += 1
                planted.append(Planted(home.household.number, rule, year, word(f"planted_{rule}", **what)))
                break
    return planted


Rule = Callable[[Home, int], dict | None]  # the words of what was done, or nothing where it cannot be


def _of_somebody(fits: Callable[[Home, int, Person, dict], bool], spoil: Callable[[Home, int, Person, dict], None]) -> Rule:
    def rule(home: Home, year: int) -> dict | None:
        for one, life in zip(home.people, home.lives[year], strict=True):
            if fits(home, year, one, life):
                spoil(home, year, one, life)
                return {"name": one.name}
        return None

    return rule


def _of_household(fits: Callable[[Home, int, dict], bool], spoil: Callable[[Home, int, dict], None]) -> Rule:
    def rule(home: Home, year: int) -> dict | None:
        if not fits(home, year, home.years[year]):
            return None
        spoil(home, year, home.years[year])
        return {}

    return rule


def _always(*_: Any) -> bool:
    return True


def _attribute(code: str) -> Callable[[Home, int, dict], bool]:
    return lambda home, year, values: values["household_attribute"] == code


def _works(home: Home, year: int, one: Person, life: dict) -> bool:
    return bool(life["work_months"])


def _put(**values: Any) -> Callable[[Home, int, Person, dict], None]:
    return lambda home, year, one, life: life.update(values)


def _wrong_check(home: Home, year: int, one: Person, life: dict) -> None:
    one.id_no = one.id_no[:17] + ("1" if one.id_no[17] == "0" else "0")


def _wrong_sex(home: Home, year: int, one: Person, life: dict) -> None:
    body = one.id_no[:16] + str((int(one.id_no[16]) + 1) % 10)
    one.id_no = body + idcards.check_digit(body)


def _same_grade(home: Home, year: int, one: Person, life: dict) -> None:
    life["student_status"] = home.lives[year - 1][home.people.index(one)]["student_status"]


def _was_in_grade(home: Home, year: int, one: Person, life: dict) -> bool:
    last = home.lives[year - 1][home.people.index(one)]["student_status"]
    return last in GRADES and life["student_status"] in GRADES


def _second_head(home: Home, year: int, one: Person, life: dict) -> None:
    one.relation = "01"


def _money(**parts: float) -> Callable[[Home, int, dict], None]:
    """Put these amounts and count the sums again: they are not what is wrong."""

    def spoil(home: Home, year: int, values: dict) -> None:
        values.update(parts)
        values.update(income.derived(values, values["member_count"]))

    return spoil


def _in_debt(home: Home, year: int, values: dict) -> None:
    _money(business_expense=values["gross_income"] + 800.5)(home, year, values)


def _same_income(home: Home, year: int, values: dict) -> None:
    values.update({name: home.years[year - 1][name] for name in (*income.PARTS, *income.DERIVED)})


def _nobody_on_dibao(home: Home, year: int, values: dict) -> None:
    for life in home.lives[year]:
        life["on_dibao"] = False


def _is_under(years: int) -> Callable[[Home, int, Person, dict], bool]:
    return lambda home, year, one, life: one.age < years


def _at_school(home: Home, year: int, one: Person, life: dict) -> bool:
    return 6 <= one.age <= 14


RULES: dict[str, Rule] = {
    "A03": _of_somebody(lambda home, year, one, life: not one.certificate, _wrong_check),
    "A07": _of_somebody(lambda home, year, one, life: not one.certificate, _wrong_sex),
    "B07": _of_somebody(lambda home, year, one, life: life["health"] == "04", _put(disability_cert_no=None)),
    "C04": _of_household(_always, lambda home, year, values: values.update(other_causes=values["main_cause"])),
    "D01": _of_household(_attribute("04"), _nobody_on_dibao),
    "D05": _of_household(_attribute("01"), _money(dibao_income=2160.0)),
    "D06": _of_household(_attribute("04"), _money(dibao_income=0.0)),
    "E03": _of_somebody(_is_under(16), _put(labour_skill="01")),
    "F02": _of_household(_always, _in_debt),
    "F03": _of_household(_always, lambda home, year, values: values.update(gross_income=values["gross_income"] + 1000.5)),
    "F04": _of_household(_always, _same_income),
    "G01": _of_somebody(_works, _put(work_months=13)),
    "G02": _of_somebody(_works, _put(work_months=None)),
    "G03": _of_somebody(_works, _put(work_status=None, work_place=None)),
    "H04": _of_somebody(_was_in_grade, _same_grade),
    "H07": _of_somebody(_at_school, _put(student_status="01", education="02")),
    "H09": _of_somebody(lambda home, year, one, life: life["student_status"] != "01", _put(education="03")),
    "I04": _of_household(_always, lambda home, year, values: values.update(irrigated_mu=round(values["farmland_mu"] + 1.5, 1))),
    "I06": _of_household(
        _always, lambda home, year, values: values.update(house_grade="A" if values["is_dangerous_house"] else "D")
    ),
    "J03": _of_somebody(lambda home, year, one, life: one.relation not in ("01", "02") and one.age >= 18, _second_head),
    "L01": _of_household(_always, lambda home, year, values: home.helpers.clear()),
}  # fmt: skip
