"""The field dictionary and the tables made of it say the same."""

from webapp.domain import codes, dictionary
from webapp.models import HelperLink, HouseholdYear, Measure, Member, MemberYear

TABLES = (
    (HouseholdYear, dictionary.household_year), (Member, dictionary.member), (MemberYear, dictionary.member_year),
    (HelperLink, dictionary.helper_link), (Measure, dictionary.measure),
)  # fmt: skip


def test_every_field_of_the_dictionary_has_a_place():
    kept = {(field.entity, name) for _, found in TABLES for name, field in found().items()}
    for row in codes.rows("fields"):
        field = dictionary.fields(row["entity"])[row["field"]]
        is_kept = (field.entity, field.name) in kept
        assert is_kept or field.entity == "location" or field.name in {*dictionary.ELSEWHERE, "year"}, field


def test_columns_are_typed_as_the_dictionary_says():
    wage = HouseholdYear.__table__.c.wage_income.type
    assert (wage.precision, wage.scale) == (10, 2)
    assert HouseholdYear.__table__.c.other_causes.type.length == 20
    assert MemberYear.__table__.c.has_medical_ins.type.python_type is bool
    assert Member.__table__.c.name.type.length == 30


def test_numbers_of_people_are_nowhere_kept_readable():
    for model, found in TABLES:
        columns = model.__table__.c.keys()
        for name in dictionary.SEALED & found().keys():
            assert name not in columns
            assert {f"{name}_sealed", f"{name}_masked", f"{name}_index"} <= set(columns)
    assert {"id_no_sealed", "bank_account_sealed"} <= {*Member.__table__.c.keys(), *HouseholdYear.__table__.c.keys()}


def test_every_code_list_a_field_names_is_here():
    for _, found in TABLES:
        for field in found().values():
            if field.kind in ("code", "codes"):
                assert codes.codes(field.codelist), field
