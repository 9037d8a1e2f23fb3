"""VG01 to VG10 of data/village_rules.csv, each kept and each broken."""

import pytest

from webapp.domain import area_fields, area_sums, codes
from webapp.domain.area_sums import Fault, Registered
from webapp.models import AreaYear

GROUP = dict.fromkeys(area_fields.summed(), 0) | {"households_total": 40, "population_total": 160, "labour_persons": 90}
ONE = GROUP | {"paved_to_village": True, "power": True, "production_power": False, "distance_to_village_km": 1.5}
TWO = GROUP | {"paved_to_village": False, "power": True, "production_power": False, "distance_to_village_km": 4.25}
NOBODY = Registered()


def found(faults: list[Fault]) -> list[tuple[str, tuple[str, ...]]]:
    return [(fault.rule, fault.fields) for fault in faults]


def test_a_community_is_the_sum_of_its_groups():
    made = area_sums.generated([ONE, TWO], Registered(figures={"poor_in_coops": 3}))
    assert (made["households_total"], made["population_total"], made["group_count"], made["poor_in_coops"]) == (80, 320, 2, 3)
    assert (made["groups_unpaved"], made["unpaved_km"]) == (1, 4.25)
    assert (made["groups_no_power"], made["groups_no_production_power"]) == (0, 2)


def test_one_silent_group_leaves_the_sums_open_and_none_of_the_counts_of_groups():
    made = area_sums.generated([ONE, {}], NOBODY)
    assert (made["households_total"], made["groups_unpaved"], made["unpaved_km"], made["group_count"]) == (None, None, None, 2)


def test_every_generated_figure_is_generated():
    figures = dict.fromkeys(area_fields.generated(), 0)
    assert area_sums.generated([ONE], Registered(figures=figures)).keys() == figures.keys()
    assert set(area_fields.stated("community")) | figures.keys() == set(area_fields.of_level("community"))


@pytest.mark.parametrize(
    ("said", "registered", "rule", "fields"),
    [
        ({"poor_households": 4}, Registered(poor_households=3, poor_population=0), "VG02", ("poor_households",)),
        ({"poor_population": 9}, Registered(poor_population=8), "VG02", ("poor_population",)),
        ({"poor_households": 41}, Registered(poor_households=41), "VG03", ("poor_households", "households_total")),
        ({"dibao_households": 41}, NOBODY, "VG03", ("dibao_households", "households_total")),
        ({"wubao_households": 41}, NOBODY, "VG03", ("wubao_households", "households_total")),
        ({"disabled_households": 41}, NOBODY, "VG03", ("disabled_households", "households_total")),
        ({"labour_persons": 161}, NOBODY, "VG04", ("labour_persons", "population_total")),
        ({"migrant_workers": 91}, NOBODY, "VG04", ("migrant_workers", "labour_persons")),
        ({"population_total": 321}, NOBODY, "VG05", ("population_total", "households_total")),
        ({"population_total": 39, "labour_persons": 20}, NOBODY, "VG05", ("population_total", "households_total")),
        ({"disabled_households": 2}, Registered(disabled_households=3), "VG06", ("disabled_households",)),
    ],
)  # fmt: skip
def test_a_group_that_contradicts_itself_or_the_register_is_told_where(said, registered, rule, fields):
    assert found(area_sums.of_group(GROUP | said, registered)) == [(rule, fields)]


def test_a_group_that_fits_is_left_alone_and_so_is_what_nobody_has_said():
    assert area_sums.of_group(GROUP, NOBODY) == []
    assert area_sums.of_group(GROUP | {"population_total": 320}, NOBODY) == []
    assert area_sums.of_group({"poor_population": 9}, Registered(poor_population=None)) == []
    assert area_sums.of_group({}, Registered(poor_households=3, disabled_households=2)) == []


@pytest.mark.parametrize(
    ("said", "registered", "last", "rules"),
    [
        ({"households_total": 81}, NOBODY, {}, [("VG01", ("households_total",)), ("VG10", ("households_total",))]),
        ({"groups_unpaved": 0}, NOBODY, {}, [("VG10", ("groups_unpaved",))]),
        ({}, Registered(unattached=1), {}, [("VG07", ())]),
        ({}, NOBODY, {"households_total": 72}, [("VG08", ("households_total",))]),
        ({"group_count": 3}, NOBODY, {}, [("VG10", ("group_count",)), ("VG09", ("group_count",))]),
        ({}, NOBODY, {"households_total": 73}, []),
    ],
)  # fmt: skip
def test_a_community_is_measured_by_its_groups_the_register_and_last_year(said, registered, last, rules):
    groups = [ONE, TWO]
    values = area_sums.generated(groups, registered) | said
    assert found(area_sums.of_community(values, groups, registered, last)) == rules


def test_every_rule_has_words_in_both_languages():
    rules = {row["rule_id"]: row["severity"] for row in codes.rows("village_rules")}
    for rule, severity in rules.items():
        fault = Fault(rule, ("households_total",))
        assert fault.severity == severity
        assert "{X}" not in fault.words("zh_Hans_CN") + fault.words("en")
    assert Fault("VG01", ("households_total", "poor_households")).words("zh") == "行政村“总户数、贫困户数”与各居民小组合计不一致"


def test_columns_are_typed_as_the_dictionary_says():
    columns = AreaYear.__table__.c
    assert columns.paved_to_town.type.python_type is bool
    assert columns.households_total.type.python_type is int
    assert (columns.distance_to_village_km.type.precision, columns.distance_to_village_km.type.scale) == (5, 2)
    assert {"phone_sealed", "leader_phone_sealed"} <= set(columns.keys())
    assert {"phone", "leader_phone"} & set(columns.keys()) == set()
