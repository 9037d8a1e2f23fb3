"""How the invented people live in one year: school, health, work, insurances. What must follow from age does."""

from random import Random

from webapp.services.demo_people import Person
from webapp.services.demo_words import names, weighted

SCHOOL = {12: "04", 13: "05", 14: "06"}
#: After nine years of school, by age: upper school and college, vocational school and college, or work.
WAYS = {
    "college": {15: "07", 16: "08", 17: "09", 18: "16", 19: "16", 20: "16", 21: "16"},
    "vocational": {15: "10", 16: "11", 17: "12", 18: "13", 19: "14", 20: "15"},
    "work": {},
}  # fmt: skip
YOUNG, OLD = (("01", 90), ("02", 6), ("03", 2), ("04", 2)), (("01", 64), ("02", 26), ("03", 5), ("04", 5))
WORKPLACES = (("01", 30), ("02", 30), ("03", 22), ("04", 18))
PENSION_AGE, GROWN, WORKING_FROM, WORKING_TO = 60, 16, 18, 55


def endow(dice: Random, one: Person) -> None:
    """What stays the same from year to year."""
    health = weighted(dice, OLD if one.age >= PENSION_AGE else YOUNG)
    if health == "04":
        one.certificate = f"{one.id_no}{dice.randint(1, 6)}{dice.randint(1, 4)}"
    way = weighted(dice, (("college", 40), ("vocational", 30), ("work", 30)))
    one.traits = {
        "health": health, "way": way, "schooled": _schooled(dice, one.age, way),
        "kindergarten": dice.random() < 0.7, "disease": dice.choice(names("disease")),
        "works": dice.random() < 0.45, "where": weighted(dice, WORKPLACES), "months": dice.randint(4, 9),
        "skilled": dice.random() < 0.15, "party": dice.random() < 0.05, "doctor": dice.random() < 0.93,
        "insured": dice.random() < 0.97, "pensioner": dice.random() < 0.94,
    }  # fmt: skip


def _schooled(dice: Random, age: int, way: str) -> str:
    if age < GROWN + 10:
        return "03" if way == "work" else "05"
    if age >= PENSION_AGE:
        return dice.choice(("01", "02"))
    return dice.choice(("02", "02", "03")) if age >= 40 else dice.choice(("03", "03", "04"))


def life(dice: Random, one: Person, age: int, attribute: str) -> dict:
    """The fields of one year, by their names in the dictionary."""
    status = student_status(one, age)
    is_student = status != "01"
    labour = _labour(one, age, is_student)
    return {
        "political": _political(one, age), "student_status": status,
        "education": None if is_student else _education(one, age), **_health(one), "labour_skill": labour,
        **_work(dice, one, age, labour), "is_military": False, "speaks_mandarin": age >= 3 and age < 75,
        "has_medical_ins": one.traits["insured"], "has_employee_medical": False, "has_serious_illness_ins": one.traits["insured"],
        "has_commercial_medical": False, "has_family_doctor": one.traits["doctor"], "accident_ins_subsidy": False,
        "has_pension_ins": one.traits["pensioner"] if age >= GROWN and not is_student else None, "has_employee_pension": False,
        "on_dibao": attribute == "04", "on_wubao": attribute == "06",
    }  # fmt: skip


def student_status(one: Person, age: int) -> str:
    if age < 6:
        return "02" if age >= 3 and one.traits["kindergarten"] else "01"
    if age < 12:
        return "03"
    return SCHOOL.get(age) or WAYS[one.traits["way"]].get(age, "01")


def _education(one: Person, age: int) -> str:
    return "06" if age < 6 else one.traits["schooled"]


def _political(one: Person, age: int) -> str | None:
    if age < 14:
        return None
    return "01" if age >= 22 and one.traits["party"] else "13"


def _health(one: Person) -> dict:
    health = one.traits["health"]
    is_ill = health in ("02", "03")
    return {
        "health": health, "disease_name": one.traits["disease"] if is_ill else None,
        "disability_cert_no": one.certificate,
    }  # fmt: skip


def _labour(one: Person, age: int, is_student: bool) -> str:
    if age < GROWN or is_student or age >= 75:
        return "04"
    if one.traits["health"] != "01":
        return "05" if one.traits["health"] == "02" and age < 66 else "03"
    return ("02" if one.traits["skilled"] else "01") if age < 66 else "05"


def _work(dice: Random, one: Person, age: int, labour: str) -> dict:
    works = one.traits["works"] and labour in ("01", "02") and WORKING_FROM <= age <= WORKING_TO
    if not works:
        return {"work_status": None, "work_months": None, "work_place": None}
    months = min(max(one.traits["months"] + dice.randint(-1, 1), 1), 12)
    place = names("workplace")[int(one.traits["where"]) - 1]
    return {"work_status": one.traits["where"], "work_months": months, "work_place": place}
