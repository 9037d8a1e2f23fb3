"""The field dictionary: what is collected of a household and its members, as data (`data/fields.csv`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from webapp.domain import codes

#: What is one row for each household and year.
HOUSEHOLD_YEAR = ("household", "annual_income", "living", "relocation")
#: Kept elsewhere: in the register, in captures, or as attachments of responses.
ELSEWHERE = frozenset({
    "household_no", "community_code", "group_id", "head_name", "head_id_no", "phone", "photos", "collector_id", "head_signature",
    "income_evidence", "evidence", "member_id", "age",
})  # fmt: skip
#: Never kept readable, and masked on every page: domain/data/masking.csv of the shared dictionary, PIPL article 28.
SEALED = frozenset({"id_no", "bank_account", "disability_cert_no", "phone", "leader_phone"})
#: What a member is for good; the rest is collected each year.
IDENTITY = (
    "person_no", "name", "sex", "id_type", "id_no", "birth_date", "relation", "ethnic", "member_status", "add_reason",
    "reduce_reason",
)  # fmt: skip
_SIZE = re.compile(r"(?P<kind>[a-z]+)(?:[(\[](?P<size>[^)\]]*)[)\]])?$")


@dataclass(frozen=True)
class Field:
    """One column of the dictionary. `kind`: text, int, decimal, bool, code, codes (several, blank between), date."""

    entity: str
    section: str
    name: str
    zh: str
    cpad_code: str
    kind: str
    size: str  # as the dictionary says it: "60", "2-30", "18|20|22", "10,2", "0..2"
    unit: str
    codelist: str
    required: str  # Y, N, or C: only where the condition holds
    condition: str
    recollect: str  # annual, on_change, once_then_calibrate, derived, workflow, never
    basis: str

    @property
    def longest(self) -> int:
        """Characters of a text."""
        return max(map(int, re.findall(r"\d+", self.size)), default=100)

    @property
    def digits(self) -> tuple[int, int]:
        """Precision and scale of a decimal."""
        whole, scale = self.size.split(",")
        return int(whole), int(scale)

    @property
    def is_sealed(self) -> bool:
        return self.name in SEALED


@cache
def fields(*entities: str) -> dict[str, Field]:
    """The fields of these entities by name, in the order of the dictionary."""
    return {row["field"]: field_of(row) for row in codes.rows("fields") if row["entity"] in entities}


def field_of(row: dict[str, str]) -> Field:
    """A row of a dictionary."""
    found = _SIZE.match(row["type"])
    kind, size = (found["kind"], found["size"] or "") if found else (row["type"], "")
    kind = "codes" if kind == "code" and size else kind
    return Field(
        row["entity"], row["section"], row["field"], row["name_zh"], row["cpad_code"], kind, size, row["unit"], row["codelist"],
        row["required"], row["condition"], row["recollect"], row["basis"],
    )  # fmt: skip


def household_year() -> dict[str, Field]:
    return _kept(fields(*HOUSEHOLD_YEAR))


def member() -> dict[str, Field]:
    """Who a member is."""
    return {name: field for name, field in fields("member").items() if name in IDENTITY}


def member_year() -> dict[str, Field]:
    """How a member lives this year."""
    return _kept({name: field for name, field in fields("member").items() if name not in IDENTITY})


def helper_link() -> dict[str, Field]:
    return _kept(fields("helper_link"), ELSEWHERE - SEALED)


def measure() -> dict[str, Field]:
    return _kept({name: field for name, field in fields("measure").items() if name != "year"})


def _kept(found: dict[str, Field], elsewhere: Iterable[str] = ELSEWHERE) -> dict[str, Field]:
    return {name: field for name, field in found.items() if name not in elsewhere}
