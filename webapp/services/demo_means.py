"""What the invented households live on and in: land, house, water, income. Sums follow from their parts."""

from collections.abc import Sequence
from random import Random

from webapp.domain import dictionary, income
from webapp.services.demo_words import weighted, word

OUT_OF_POVERTY = ("1", "2", "4")  # code_exit_status: exited, or to exit this year
SAFELY_ABOVE = 3700  # yuan a head; the line is 3500
PENSION_YUAN, MONTHS = 103, 12
#: A month's wage that reaches home, yuan, by code_work_status.
WAGES = {"01": 900, "02": 1100, "03": 1400, "04": 1700}
GROWTH = (1.02, 1.13)
BUSINESS_KEYS = ("business_income", "business_expense", "eco_compensation", "other_transfer", "asset_dividend", "other_property")


def first_year(dice: Random, household, lives: Sequence[dict], ages: Sequence[int], year: int) -> dict:
    """Everything that is asked of a household, in the first year it is known of."""
    values = dict.fromkeys(dictionary.household_year()) | _standing(dice, household, lives, year)
    values |= _land(dice, len(lives)) | _house(dice, household, len(lives), year) | _earned(dice, len(lives))
    return values | settle(household, values | _given(dice, household, lives, ages), len(lives))


def next_year(dice: Random, household, last: dict, lives: Sequence[dict], ages: Sequence[int]) -> dict:
    """A year later: the same house and land, a little more of everything else."""
    grown = {name: round(last[name] * dice.uniform(*GROWTH), 1) for name in BUSINESS_KEYS if last[name]}
    values = last | grown | {"collected_on": None} | _given(dice, household, lives, ages)
    return values | settle(household, values, len(lives))


def settle(household, values: dict, members: int) -> dict:
    """The parts, raised where somebody out of poverty would fall below the line, and their sums."""
    parts = {name: values[name] for name in income.PARTS} | {"property_income": None}
    lacking = SAFELY_ABOVE - (income.derived(parts, members)["per_capita_net"] or 0)
    if household.exit_status in OUT_OF_POVERTY and lacking > 0:
        parts["business_income"] = round(parts["business_income"] + lacking * members, 1)
    return parts | income.derived(parts, members)


def _standing(dice: Random, household, lives: Sequence[dict], year: int) -> dict:
    is_out = household.exit_status in ("1", "4")
    return {
        "bank_name": word("bank"), "bank_account": f"99{dice.randrange(10**17):017d}", "id_standard": "01",
        "identified_year": dice.choice((2014, 2014, 2015, 2016)), "household_attribute": household.attribute,
        "exit_status": household.exit_status, "exit_year": year - dice.randint(1, 3) if is_out else None,
        "planned_exit_year": None if is_out else year + (1 if household.exit_status == "2" else 2),
        **_causes(dice, lives), "is_martyr_family": False, "is_only_child": False, "is_two_daughters": False,
        "member_count": len(lives),
    }  # fmt: skip


def _causes(dice: Random, lives: Sequence[dict]) -> dict:
    """Why they are poor: only what their members bear out."""
    ill, disabled = any(one["health"] in ("02", "03") for one in lives), any(one["health"] == "04" for one in lives)
    learning = any(one["student_status"] != "01" for one in lives)
    short = sum(one["labour_skill"] in ("01", "02") for one in lives) < 2
    likely = [code for code, holds in (("01", ill), ("02", disabled), ("03", learning), ("08", short)) if holds]
    main, other = dice.sample([*likely, "07", "09", "05"], 2)
    return {"main_cause": main, "other_causes": other if dice.random() < 0.5 else None}


def _land(dice: Random, members: int) -> dict:
    farmland = round(members * dice.uniform(0.5, 1.8), 1)
    forest = round(members * dice.uniform(0, 2.5), 1)
    return {
        "farmland_mu": farmland, "irrigated_mu": round(farmland * dice.uniform(0.2, 0.8), 1), "forest_mu": forest,
        "reforested_mu": round(forest * dice.uniform(0, 0.5), 1), "orchard_mu": round(dice.choice((0, 0, 1.2, 2.5)), 1),
        "pasture_mu": 0.0, "water_mu": 0.0, "has_production_power": True, "has_power": True, "has_tv": dice.random() < 0.97,
        "in_coop": dice.random() < 0.6, "led_by_company": dice.random() < 0.3, "led_by_leader": dice.random() < 0.3,
        "road_distance_km": round(dice.uniform(0.1, 3), 1), "road_type": weighted(dice, (("03", 7), ("02", 2), ("01", 1))),
    }  # fmt: skip


def _house(dice: Random, household, members: int, year: int) -> dict:
    is_out = household.exit_status in OUT_OF_POVERTY
    dangerous = not is_out and dice.random() < 0.15
    tap = is_out or dice.random() < 0.85
    renovated = year - dice.randint(1, 4) if dice.random() < 0.2 and not dangerous else None
    moved = dice.random() < 0.08 and not dangerous
    return {
        "water_safe": is_out or dice.random() < 0.9, "has_tap_water": tap, "water_difficult": False, "water_safe_legacy": True,
        "water_distance_m": None if tap else dice.randint(100, 900), "has_toilet": dice.random() < 0.85,
        "fuel_type": dice.choice(("01", "04", "04")), "house_area_m2": float(round(members * dice.uniform(18, 35) + 20)),
        "house_structure": dice.choice(("01", "02", "02", "06")), "is_dangerous_house": dangerous,
        "house_grade": dice.choice("CD") if dangerous else dice.choice("AB"), "renovated_year": renovated,
        "moved_in": True if renovated or moved else None, **_relocation(dice, moved),
    }  # fmt: skip


def _relocation(dice: Random, moved: bool) -> dict:
    if not moved:
        return {"is_relocated": False}
    return {
        "is_relocated": True, "relocation_mode": "3", "resettle_mode": "1", "resettle_place": dice.choice("23"),
        "relocation_difficulty": dice.choice("124"), "resettle_address": word("resettled"), "old_house_removed": True,
    }  # fmt: skip


def _earned(dice: Random, members: int) -> dict:
    business = round(members * dice.uniform(900, 3800), 1)
    return {
        "business_income": business, "business_expense": round(business * dice.uniform(0.2, 0.4), 1),
        "asset_dividend": float(dice.choice((0, 0, 310, 520, 850))), "other_property": float(dice.choice((0, 0, 0, 640))),
        "family_planning_grant": 0.0, "eco_compensation": round(dice.uniform(20, 380), 1),
        "other_transfer": round(members * dice.uniform(60, 190), 1), "medical_out_of_pocket": float(dice.randint(0, 2400)),
    }  # fmt: skip


def _given(dice: Random, household, lives: Sequence[dict], ages: Sequence[int]) -> dict:
    """Wages and what the state pays, as the members of the year have it."""
    wages = sum(one["work_months"] * WAGES[one["work_status"]] for one in lives if one["work_status"])
    pensioners = sum(age >= 60 and bool(one["has_pension_ins"]) for one, age in zip(lives, ages, strict=True))
    dibao, wubao = household.attribute == "04", household.attribute == "06"
    return {
        "wage_income": round(wages * dice.uniform(0.95, 1.05), 1), "pension_income": float(pensioners * PENSION_YUAN * MONTHS),
        "dibao_income": float(len(lives) * dice.randint(170, 240) * MONTHS) if dibao else 0.0,
        "wubao_income": float(len(lives) * dice.randint(610, 690) * MONTHS) if wubao else 0.0,
    }  # fmt: skip
