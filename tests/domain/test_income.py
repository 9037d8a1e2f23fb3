"""The identities of the income, whatever a household lives on."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain import income

MONEY = st.none() | st.integers(0, 30_000_000).map(lambda cents: cents / 100)
HOUSEHOLDS = st.fixed_dictionaries(dict.fromkeys(income.PARTS, MONEY))
COUNTED = st.sets(st.sampled_from(income.TRANSFER_PARTS))


def exact(value: float | None) -> Decimal:
    return Decimal(str(value or 0))


def total(values: dict, *names: str) -> Decimal:
    return sum((exact(values[name]) for name in names), Decimal(0))


@given(HOUSEHOLDS, st.integers(1, 20), COUNTED)
def test_the_identities_hold_to_the_cent(values, members, counted):
    sums = income.derived(values, members, counted)
    if all(value is None for value in values.values()):
        assert set(sums.values()) == {None}
        return
    whole = values | sums
    assert exact(sums["transfer_income"]) == total(values, *counted)
    assert exact(sums["gross_income"]) == total(whole, "wage_income", "business_income", "property_income", "transfer_income")
    assert exact(sums["net_income"]) == exact(sums["gross_income"]) - exact(values["business_expense"])
    each = (exact(sums["net_income"]) / members).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert exact(sums["per_capita_net"]) == each
    if any(values[name] is not None for name in income.PROPERTY_PARTS):
        assert exact(sums["property_income"]) == total(values, *income.PROPERTY_PARTS)


@given(HOUSEHOLDS, st.integers(1, 20), COUNTED)
def test_sums_made_again_stay_what_they_are(values, members, counted):
    once = income.derived(values, members, counted)
    assert income.derived(values | once, members, counted) == once


@pytest.mark.parametrize(
    ("net", "members", "each"), [(0.05, 2, 0.03), (100.0, 3, 33.33), (-0.05, 2, -0.03), (7001.01, 2, 3500.51)]
)
def test_a_half_cent_goes_up(net, members, each):
    values = {"wage_income": max(net, 0.0), "business_expense": max(-net, 0.0)}
    assert income.derived(values, members)["per_capita_net"] == each


def test_a_pension_counts_only_where_the_campaign_says_so():
    values = {"pension_income": 1236.0, "dibao_income": 2000.0}
    assert income.derived(values, 2)["gross_income"] == 3236.0
    assert income.derived(values, 2, {"dibao_income"})["gross_income"] == 2000.0


def test_property_income_told_as_a_whole_is_not_lost():
    sums = income.derived({"property_income": 500.0}, 1)
    assert (sums["gross_income"], "property_income" in sums) == (500.0, False)


def test_a_household_without_members_has_no_income_per_head():
    assert income.derived({"wage_income": 100.0}, 0)["per_capita_net"] is None
