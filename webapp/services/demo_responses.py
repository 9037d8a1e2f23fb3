"""What the demo's cadres answered so far: the yearly update of some households, and what the office made of it."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.access import community_of
from webapp.domain.ids import uuid7
from webapp.domain.xform import filling
from webapp.models import Account, Household
from webapp.queries import definitions, families, forms
from webapp.services import response_review, responses
from webapp.services.demo_visits import CHINA
from webapp.services.demo_words import word
from webapp.services.responses import NewResponse
from webapp.services.sealing import KeyRing

FORM = "household_update"
MOST, ACCEPTED, RETURNED = 24, 0.3, 0.1
#: What this year differs in: question → (least, most), or the answers to choose from.
DIFFERENT = {
    "/data/income/wage_income": (6000, 42000), "/data/income/business_income": (800, 9000),
    "/data/living/house_area_m2": (60, 160), "/data/living/forest_mu": (1, 9), "/data/living/road_distance_km": (0, 3),
}  # fmt: skip
#: Contradicts the form itself, so that the desk has something to ask.
WRONG = {"/data/living/road_distance_km": "-2"}


def make(session: Session, dice: Random, ring: KeyRing, people: dict[str, Account], year: int, now: datetime) -> None:
    """Some of each community's households; nothing where the form is not published."""
    version = next((row for row in forms.published(session, year) if row.form_id == FORM), None)
    known = definitions.known(session, FORM, version.version) if version else None
    if known is None:
        return
    cadres = {code: account for account in people.values() for role, code in account.pairs if role == "cadre"}
    rows = session.scalars(select(Household).order_by(Household.number)).all()
    chosen = [row for row in dice.sample(rows, min(MOST, len(rows))) if community_of(row.area_code) in cadres]
    shapes = families.families(session, [row.id for row in chosen], year)
    at = now - timedelta(hours=len(chosen) + 2)
    for row in chosen:
        at += timedelta(minutes=dice.randrange(20, 70))
        new = _answered(dice, known, row, shapes[row.id], cadres[community_of(row.area_code)], at)
        if new:
            answered = responses.add(session, ring, new, at + timedelta(minutes=5))
            _judge(session, dice, ring, answered, people["office"], now, known_this_year=shapes[row.id]["this"] is not None)


def _answered(
    dice: Random, known: definitions.Known, row: Household, shape: dict, cadre: Account, at: datetime
) -> NewResponse | None:  # fmt: skip
    before = shape["this"] or shape["last"]
    if before is None:
        return None
    response_id, said = uuid7(at), {"": word("answer")}
    for path in dice.sample(sorted(DIFFERENT), 2):
        least, most = DIFFERENT[path]
        said[path] = str(dice.randrange(least, most))
    said |= WRONG if dice.random() < 0.25 else {}
    keys = {"household": str(row.id), "base_rev": "1", "year": str(known.year), "instanceID": f"uuid:{response_id}"}
    said["/data/collected_on"] = f"{at.astimezone(CHINA):%Y-%m-%d}"
    xml = filling.filled(known.definition, before, keys, said, at)
    return NewResponse(response_id, FORM, known.version, xml, row.id, row.area_code, (), None, None, "phone", at, cadre.id)


def _judge(session: Session, dice: Random, ring: KeyRing, row, office: Account, now: datetime, *, known_this_year: bool) -> None:
    """Last year's values accepted as this year's would be contradictions nobody planted."""
    luck = dice.random()
    if luck < ACCEPTED and known_this_year and not row.problems:
        response_review.accept(session, ring, row, office, now)
    elif luck > 1 - RETURNED:
        response_review.send_back(session, row, ["C03"], word("return_C03"), office, now)
