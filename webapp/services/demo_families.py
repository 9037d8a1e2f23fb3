"""The invented families: last year whole, this year of those whose answers are in already, a few contradictions planted."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain import codes, dictionary
from webapp.domain.ids import uuid7
from webapp.models import HelperLink, Household, HouseholdYear, Measure, Member, MemberYear
from webapp.queries import campaigns
from webapp.services import demo_means, families
from webapp.services.demo_lives import endow, life
from webapp.services.demo_people import FEMALE, MALE, Cards, given_name, people
from webapp.services.demo_planted import SHARE, Home, Planted, plant
from webapp.services.demo_words import names, word
from webapp.services.feeds import announce
from webapp.services.sealing import KeyRing

PHONE = "12999"  # no mobile number starts with 12
TOLD_SHARE = 0.3  # of the households, this year so far
LIST = "demo_planted.csv"
BATCH = 500
HOUSEHOLDS_A_PERSON = 9
MEASURES = ("M03", "M04", "M06", "M07", "M08", "M09", "M10")


def make(session: Session, dice: Random, ring: KeyRing, year: int, now: datetime, media: Path) -> None:
    """A family for every household there is, and the list of what was planted, among the photos."""
    rows = session.execute(select(Household).order_by(Household.number)).scalars().all()
    day, cards = campaigns.counting_day(session, year), Cards(dice)
    responsible = _responsible(dice, cards, max(1, len(rows) // HOUSEHOLDS_A_PERSON + 1), year)
    spoilt = set(dice.sample(range(len(rows)), round(len(rows) * SHARE)))
    told = {no for no in range(len(rows)) if no in spoilt or dice.random() < TOLD_SHARE}
    planted: list[Planted] = []
    for start in range(0, len(rows), BATCH):
        numbers = range(start, min(start + BATCH, len(rows)))
        homes = {
            no: _home(dice, rows[no], (day, cards, year), responsible[no // HOUSEHOLDS_A_PERSON], no in told) for no in numbers
        }
        planted += plant(dice, [homes[no] for no in numbers if no in spoilt], year)
        _keep(session, ring, list(homes.values()), now)
    _list(media / LIST, planted)


def _home(dice: Random, household: Household, ground: tuple[date, Cards, int], responsible: dict, told: bool) -> Home:
    day, cards, year = ground
    kin = people(dice, household.head_name, household.attribute, day, cards)
    for one in kin:
        endow(dice, one)
    last = [life(dice, one, one.age - 1, household.attribute) for one in kin]
    years = {year - 1: demo_means.first_year(dice, household, last, [one.age - 1 for one in kin], year - 1)}
    years[year - 1]["collected_on"] = day.replace(year=year - 1, day=min(day.day, 28))
    lives = {year - 1: last}
    if told:
        lives[year] = [life(dice, one, one.age, household.attribute) for one in kin]
        years[year] = demo_means.next_year(dice, household, years[year - 1], lives[year], [one.age for one in kin])
        years[year]["collected_on"] = day + timedelta(days=dice.randrange(3))
    return Home(household, kin, years, lives, [responsible | {"year": one} for one in years], _measures(dice, years))


def _responsible(dice: Random, cards: Cards, count: int, year: int) -> list[dict]:
    """Officials who are responsible for some households each."""
    made = []
    for no in range(1, count + 1):
        sex = dice.choice((MALE, FEMALE))
        made.append({
            "helper_name": dice.choice(names("surname")) + given_name(dice), "sex": sex, "political": dice.choice(("01", "13")),
            "id_no": cards.new(date(dice.randint(1964, 1992), dice.randint(1, 12), dice.randint(1, 28)), sex),
            "education": dice.choice(("20", "30")), "phone": f"{PHONE}{dice.randrange(10**6):06d}",
            "org_name": word("org", no=no), "org_address": word("org_address", no=no), "org_level": "61",
            "duty_level": "150", "skill": None,
            "is_village_team": dice.random() < 0.2, "start_on": date(year - 2, 3, 1), "end_on": None,
        })  # fmt: skip
    return made


def _measures(dice: Random, years: dict[int, dict]) -> list[dict]:
    """What was done for them: each year one or two things, and what came of it."""
    made = []
    for year in years:
        for kind in dice.sample(MEASURES, dice.choice((1, 1, 2))):
            name = word("measure", name=codes.label("measure_type", kind, "zh"))
            made.append({
                "year": year, "measure_type": kind, "name": name, "fund_source": word("fund"), "provider": word("provider"),
                "amount": float(dice.randint(4, 60) * 100), "start_on": date(year, dice.randint(1, 8), dice.randint(1, 28)),
                "end_on": None, "effect": dice.choice(("1", "1", "2")), "income_gain": float(dice.randint(1, 30) * 50),
            })  # fmt: skip
    return made


def _keep(session: Session, ring: KeyRing, homes: Sequence[Home], now: datetime) -> None:
    for model, rows in (
        (Member, _members(ring, homes, now)), (HouseholdYear, _years(ring, homes, now)), (MemberYear, _lives(ring, homes)),
        (HelperLink, _rows(ring, homes, "helpers", HelperLink)), (Measure, _rows(ring, homes, "measures", Measure)),
    ):  # fmt: skip
        session.execute(insert(model), list(rows))
    announce(session, [families.news(home.household.area_code, home.household.id, 1) for home in homes])


def _members(ring: KeyRing, homes: Sequence[Home], now: datetime) -> Iterator[dict]:
    for home in homes:
        for no, one in enumerate(home.people, 1):
            values = {
                "person_no": f"{home.household.number}{no:02d}", "name": one.name, "sex": one.sex, "id_type": "01",
                "id_no": one.id_no, "birth_date": one.birth, "relation": one.relation, "ethnic": one.ethnic, "member_status": "1",
            }  # fmt: skip
            about = {"id": one.id, "household_id": home.household.id, "no": no, "demo": True}
            about |= {"created_at": now, "updated_at": now}
            yield about | families.columns(ring, dictionary.member(), values, ("member", one.id, None))


def _years(ring: KeyRing, homes: Sequence[Home], now: datetime) -> Iterator[dict]:
    for home in homes:
        row = home.household.id
        for year, values in home.years.items():
            about = {"household_id": row, "year": year, "rev": 1, "updated_at": now}
            yield about | families.columns(ring, dictionary.household_year(), values, ("household_year", row, year))


def _lives(ring: KeyRing, homes: Sequence[Home]) -> Iterator[dict]:
    for home in homes:
        for year, lives in home.lives.items():
            for one, values in zip(home.people, lives, strict=True):
                about = {"member_id": one.id, "year": year}
                yield about | families.columns(ring, dictionary.member_year(), values, ("member_year", one.id, year))


def _rows(ring: KeyRing, homes: Sequence[Home], which: str, model: type) -> Iterator[dict]:
    fields = dictionary.helper_link() if model is HelperLink else dictionary.measure()
    for home in homes:
        for no, values in enumerate(getattr(home, which), 1):
            about = {"id": uuid7(), "household_id": home.household.id, "year": values["year"], "no": no}
            yield about | families.columns(ring, fields, values, (model.__tablename__, about["id"], None))


def _list(path: Path, planted: Sequence[Planted]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("household", "rule", "year", "what"))
        writer.writerows((one.number, one.rule, one.year, one.what) for one in planted)
