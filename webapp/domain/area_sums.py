"""What follows for a community from its groups and the register, and where figures contradict (`data/village_rules.csv`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.domain import area_fields, codes

Values = Mapping[str, Any]

#: Part and whole: the first may not be more than the second.
HOUSEHOLD_PARTS = tuple((name, "households_total") for name in (
    "poor_households", "dibao_households", "wubao_households", "disabled_households",
))  # fmt: skip
LABOUR_PARTS = (("labour_persons", "population_total"), ("migrant_workers", "labour_persons"))
SMALLEST_HOUSE, LARGEST_HOUSE = 1, 8
MOST_CHANGE = 0.1


@dataclass(frozen=True)
class Registered:
    """What the register and the families of the year say of an area."""

    poor_households: int = 0
    poor_population: int | None = 0  # none: of no family it is known who belongs to it
    disabled_households: int = 0
    unattached: int = 0  # households that hang on no group of the community
    figures: Values = field(default_factory=dict)  # the counted fields of a community, by name


@dataclass(frozen=True)
class Fault:
    """One rule that does not hold, and the fields to look at."""

    rule: str
    fields: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        return _rules()[self.rule]["severity"]

    def words(self, locale: str) -> str:
        row, zh = _rules()[self.rule], locale.startswith("zh")
        named = [area_fields.fields()[name].zh for name in self.fields] if zh else self.fields
        return row["message_zh" if zh else "message_en"].replace("{X}", ("、" if zh else ", ").join(named))


def _rules() -> dict[str, dict[str, str]]:
    return {row["rule_id"]: row for row in codes.rows("village_rules")}


def generated(groups: Sequence[Values], registered: Registered) -> dict[str, Any]:
    """The figures of a community that nobody states. One group's silence leaves a sum open: a part is not the whole."""
    unpaved = [group for group in groups if group.get("paved_to_village") is False]
    return {
        **{name: _sum(groups, name) for name in area_fields.summed()},
        "group_count": len(groups),
        "groups_unpaved": _without(groups, "paved_to_village"),
        "unpaved_km": _sum(unpaved, "distance_to_village_km") if _all_say(groups, "paved_to_village") else None,
        "groups_no_power": _without(groups, "power"),
        "groups_no_production_power": _without(groups, "production_power"),
        **registered.figures,
    }


def _all_say(groups: Iterable[Values], name: str) -> bool:
    return all(group.get(name) is not None for group in groups)


def _sum(groups: Sequence[Values], name: str) -> Any:
    return sum(group[name] for group in groups) if groups and _all_say(groups, name) else (None if groups else 0)


def _without(groups: Sequence[Values], name: str) -> int | None:
    return sum(not group[name] for group in groups) if _all_say(groups, name) else None


def of_group(values: Values, registered: Registered) -> list[Fault]:
    return list(_figures(values, registered))


def of_community(values: Values, groups: Sequence[Values], registered: Registered, last: Values) -> list[Fault]:
    """`values` as somebody states them, also those that are generated; `last` is the year before."""
    return [*_sums(values, groups, registered), *_figures(values, registered), *_whole(values, groups, registered, last)]


def _sums(values: Values, groups: Sequence[Values], registered: Registered) -> Iterator[Fault]:
    found = generated(groups, registered)
    differing = [name for name in area_fields.generated() if _both(values, name, found) and values[name] != found[name]]
    summed = tuple(name for name in differing if name in area_fields.summed())
    if summed:
        yield Fault("VG01", summed)
    if differing:
        yield Fault("VG10", tuple(differing))


def _both(values: Values, name: str, found: Values) -> bool:
    return values.get(name) is not None and found.get(name) is not None


def _figures(values: Values, registered: Registered) -> Iterator[Fault]:
    poor = {"poor_households": registered.poor_households, "poor_population": registered.poor_population}
    yield from (Fault("VG02", (name,)) for name in poor if _both(values, name, poor) and values[name] != poor[name])
    for rule, pairs in (("VG03", HOUSEHOLD_PARTS), ("VG04", LABOUR_PARTS)):
        yield from (Fault(rule, pair) for pair in pairs if _exceeds(values, *pair))
    if not _has_likely_size(values.get("population_total"), values.get("households_total")):
        yield Fault("VG05", ("population_total", "households_total"))
    if (values.get("disabled_households") or 0) < registered.disabled_households and "disabled_households" in values:
        yield Fault("VG06", ("disabled_households",))


def _exceeds(values: Values, part: str, whole: str) -> bool:
    return None not in (values.get(part), values.get(whole)) and values[part] > values[whole]


def _has_likely_size(people: int | None, households: int | None) -> bool:
    return not people or not households or SMALLEST_HOUSE <= people / households <= LARGEST_HOUSE


def _whole(values: Values, groups: Sequence[Values], registered: Registered, last: Values) -> Iterator[Fault]:
    if registered.unattached:
        yield Fault("VG07")
    total, before = values.get("households_total"), last.get("households_total")
    if total is not None and before and abs(total - before) / before > MOST_CHANGE:
        yield Fault("VG08", ("households_total",))
    if values.get("group_count") not in (None, len(groups)):
        yield Fault("VG09", ("group_count",))
