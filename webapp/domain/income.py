"""What a household's income comes to: the identities of the field dictionary, with the transfers that count in a campaign."""

from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal

#: Transfers by part. Which of them count as income is a setting of the campaign; in 2018 all do.
TRANSFER_PARTS = (
    "family_planning_grant", "dibao_income", "wubao_income", "pension_income", "eco_compensation", "other_transfer",
)  # fmt: skip
PROPERTY_PARTS = ("asset_dividend", "other_property")
#: What people say themselves; the sums below are made of it.
PARTS = ("wage_income", "business_income", "business_expense", "property_income", *PROPERTY_PARTS, *TRANSFER_PARTS)
DERIVED = ("transfer_income", "gross_income", "net_income", "per_capita_net")
_CENT = Decimal("0.01")

Values = Mapping[str, float | None]


def derived(values: Values, member_count: int, counted: Collection[str] = TRANSFER_PARTS) -> dict[str, float | None]:
    """The sums of these parts. A blank part adds nothing; where all are blank, so are the sums. A property income that is not
    told by its parts stays as it was said."""
    if all(values.get(name) is None for name in PARTS):
        return dict.fromkeys(DERIVED)
    transfer = _sum(values, [name for name in TRANSFER_PARTS if name in counted])
    gross = _sum(values, ("wage_income", "business_income")) + _property(values) + transfer
    net = gross - _sum(values, ("business_expense",))
    sums = dict(zip(DERIVED, (transfer, gross, net, _each(net, member_count)), strict=True))
    if _has(values, PROPERTY_PARTS):
        sums["property_income"] = _property(values)
    return {name: None if value is None else float(value) for name, value in sums.items()}


def _property(values: Values) -> Decimal:
    return _sum(values, PROPERTY_PARTS if _has(values, PROPERTY_PARTS) else ("property_income",))


def _has(values: Values, names: Collection[str]) -> bool:
    return any(values.get(name) is not None for name in names)


def _sum(values: Values, names: Collection[str]) -> Decimal:
    return sum((_exact(values.get(name) or 0) for name in names), Decimal(0))


def _each(net: Decimal, member_count: int) -> Decimal | None:
    return (net / member_count).quantize(_CENT, ROUND_HALF_UP) if member_count else None


def _exact(value: float) -> Decimal:
    """As people wrote it, to the cent: 0.1 is a tenth."""
    return Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)
