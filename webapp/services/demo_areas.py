"""What the invented groups and their communities had last year: figures that agree with the register and with each other."""

from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.area_sums import Registered
from webapp.models import Area, AreaYear
from webapp.queries import area_years
from webapp.services import area_years as writing
from webapp.services.areas import feed_of
from webapp.services.feeds import News, announce
from webapp.services.sealing import KeyRing


def make(session: Session, dice: Random, ring: KeyRing, year: int, now: datetime) -> None:
    groups = session.scalars(select(Area).where(Area.level == "group", Area.demo).order_by(Area.code)).all()
    for group in groups:
        known = area_years.registered(session, group.code, year - 1)
        session.add(AreaYear(area_code=group.code, year=year - 1, rev=1, updated_at=now, **_group(dice, known)))
    session.flush()
    announce(session, [News(feed_of(group.code), "area_year", group.id, 1) for group in groups])
    for community in sorted({group.parent_code for group in groups}):
        writing.written(session, community, year - 1, _community(dice), None, now, ring)


def _group(dice: Random, known: Registered) -> dict:
    total = 3 * known.poor_households + known.disabled_households + dice.randint(12, 40)
    people = round(total * dice.uniform(3.1, 4.2)) + (known.poor_population or 0)
    labour = round(people * dice.uniform(0.5, 0.6))
    return {
        "households_total": total, "poor_households": known.poor_households, "dibao_households": known.poor_households // 2,
        "disabled_households": known.disabled_households, "labour_persons": labour, "population_total": people,
        "poor_population": known.poor_population or 0, "dibao_population": known.poor_households, "wubao_households": 1,
        "wubao_population": 1, "minority_population": round(people * dice.uniform(0.02, 0.2)),
        "female_population": round(people * dice.uniform(0.46, 0.51)),
        "disabled_population": known.disabled_households + dice.randint(0, 2), "migrant_workers": round(labour * 0.4),
        "distance_to_village_km": round(dice.uniform(0.3, 7.5), 2), "paved_to_village": dice.random() < 0.8,
        "production_power": dice.random() < 0.9, "power": True, "broadband": dice.random() < 0.7,
    }  # fmt: skip


def _community(dice: Random) -> dict:
    return {
        "party_members": dice.randint(25, 90), "village_officials": dice.randint(0, 2), "paved_to_town": True,
        "bus": dice.random() < 0.7, "unpaved_to_town_km": 0, "households_no_power": 0, "coops": dice.randint(1, 5), "clinics": 1,
        "doctors": dice.randint(1, 3), "libraries": 1, "village_per_capita": float(dice.randint(9000, 13000)),
        "collective_income": round(dice.uniform(3, 25), 1),
    }  # fmt: skip
