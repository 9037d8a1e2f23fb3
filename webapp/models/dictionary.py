"""Columns as the field dictionary names them."""

from collections.abc import Mapping

from sqlalchemy import Boolean, Date, Integer, LargeBinary, Numeric, String
from sqlalchemy.orm import mapped_column

from webapp.domain.dictionary import Field

_TYPES = {
    "text": lambda field: String(field.longest), "int": lambda _: Integer(), "bool": lambda _: Boolean(),
    "date": lambda _: Date(), "decimal": lambda field: Numeric(*field.digits, asdecimal=False),
    "code": lambda _: String(4), "codes": lambda _: String(20),
}  # fmt: skip


def add_columns(model: type, fields: Mapping[str, Field]) -> None:
    """One nullable column for each field: what is missing is a matter of the rules, not of the table. A sealed field has
    three: `<name>_sealed` (services.sealing), `<name>_masked` for people, `<name>_index` to find the same again."""
    for name, field in fields.items():
        if field.is_sealed:
            setattr(model, f"{name}_sealed", mapped_column(LargeBinary, nullable=True))
            setattr(model, f"{name}_masked", mapped_column(String(24), default="", server_default=""))
            setattr(model, f"{name}_index", mapped_column(String(64), nullable=True, index=True))
        else:
            setattr(model, name, mapped_column(_TYPES[field.kind](field), nullable=True))
