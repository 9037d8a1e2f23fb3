"""A family as the office has it from last year, for tests of what is printed of it."""

from datetime import date

from tests.families import CARD, Families
from webapp.models import Household, Member
from webapp.services.families import FamilyValues

PHONE, ACCOUNT = "13800005678", "6217003920001234567"
HOUSEHOLD = {
    "household_attribute": "04", "main_cause": "02", "other_causes": "03 10", "farmland_mu": 3.5, "has_power": True,
    "phone": PHONE, "bank_name": "农村信用社", "bank_account": ACCOUNT,
    "wage_income": 12000.0, "business_income": 3000.0, "business_expense": 800.0,
    "asset_dividend": 500.0, "other_property": 0.0, "dibao_income": 2640.0, "wubao_income": 0.0, "is_relocated": False,
    "house_area_m2": 96.25, "road_type": "03",
}  # fmt: skip
PERSON = {
    "sex": "1", "id_type": "01", "id_no": CARD, "birth_date": date(1978, 3, 12), "ethnic": "01", "health": "02 04",
    "student_status": "01", "labour_skill": "01", "has_medical_ins": True, "member_status": "1",
}  # fmt: skip
LINK = {"helper_name": "李帮扶", "sex": "2", "phone": "13900001234", "org_name": "河图街道办事处", "is_village_team": True}
MEASURE = {"measure_type": "M03", "name": "发放仔猪", "amount": 1500.0, "start_on": date(2017, 4, 1), "effect": "01"}


def known(families: Families, household: Household, people: int = 3, **more) -> list[Member]:
    """So many members, somebody who helps and one measure, told of last year."""
    members = [families.member(household, no) for no in range(1, people + 1)]
    said = {one.id: PERSON | {"name": f"成员{one.no}", "relation": "01" if one.no == 1 else "03"} for one in members}
    families.write(household, FamilyValues(HOUSEHOLD | more, said, [(None, LINK)], [(None, MEASURE)]), year=2017)
    return members
