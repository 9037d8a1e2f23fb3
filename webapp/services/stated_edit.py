"""What a phone states in an edit of a household: its shape, and the rules that no single field can tell."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from webapp.domain import phones
from webapp.domain.access import area_level, community_of
from webapp.services.stated import Note

#: One line of text, as long as the register keeps it.
Line = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
Name = Annotated[str, Meta(max_length=60, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
GroupCode = Annotated[str, Meta(pattern=r"\A[0-9]{14}\Z")]
Number = Annotated[str, Meta(max_length=16)]


class StatedName(Struct, forbid_unknown_fields=True, frozen=True):
    base: Name
    theirs: Name


class StatedGroup(Struct, forbid_unknown_fields=True, frozen=True):
    base: GroupCode
    theirs: GroupCode


class StatedLine(Struct, forbid_unknown_fields=True, frozen=True):
    base: Line
    theirs: Line


class StatedNumber(Struct, forbid_unknown_fields=True, frozen=True):
    base: Line  # masked, for people
    mark: UUID | None  # the write the mask belonged to: what pull calls phone_mark, or this phone's own earlier edit
    theirs: Number


class StatedFields(Struct, forbid_unknown_fields=True, frozen=True):
    head: StatedName | UnsetType = UNSET
    group: StatedGroup | UnsetType = UNSET
    address: StatedLine | UnsetType = UNSET
    phone: StatedNumber | UnsetType = UNSET

    def given(self) -> Iterator[tuple[str, StatedName | StatedGroup | StatedLine | StatedNumber]]:
        for name in self.__struct_fields__:
            said = getattr(self, name)
            if said is not UNSET:
                yield name, said


class StatedEdit(Struct, forbid_unknown_fields=True, frozen=True):
    """The payload of household.edit, docs/protocol.md §2."""

    fields: StatedFields
    note: Note


def faults(stated: StatedEdit) -> list[str]:
    """The places that cannot be kept as they are; empty when the edit can be."""
    given = dict(stated.fields.given())
    if not given:
        return ["fields"]
    return [f"fields.{name}.theirs" for name, said in given.items() if not fits(name, said)]


def _is_tidy(text: str) -> bool:
    return text == text.strip()


def _stays_in_its_community(said: StatedGroup) -> bool:
    """Another community is a transfer, which is no matter of a doorstep."""
    return area_level(said.theirs) == "group" and community_of(said.theirs) == community_of(said.base)


def fits(name: str, said: object) -> bool:
    """May the register say this of the field? `said` has what was there as `base`, and as `theirs` what shall be."""
    return _FITS[name](said)


_FITS = {
    "head": lambda said: bool(said.theirs) and _is_tidy(said.theirs),
    "group": _stays_in_its_community,
    "address": lambda said: _is_tidy(said.theirs),
    "phone": lambda said: phones.is_number(said.theirs) and phones.number(said.theirs) == said.theirs,
}
