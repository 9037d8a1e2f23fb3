"""Figures in the text format of Prometheus (0.0.4): a name, what it says, and a number for each set of labels."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Family(NamedTuple):
    """All figures of one name. They are read from the database, so every process tells the same, and a restart loses none."""

    name: str
    says: str
    rows: Iterable[tuple[Mapping[str, str], float]]


def to_prometheus(families: Iterable[Family]) -> bytes:
    return "".join(line for family in families for line in _lines(family)).encode()


def _lines(family: Family) -> Iterable[str]:
    yield f"# HELP {family.name} {family.says}\n# TYPE {family.name} gauge\n"
    for labels, value in family.rows:
        marks = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield f"{family.name}{{{marks}}} {value}\n" if marks else f"{family.name} {value}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
