"""Every way to fail, as words. HTTP numbers and sentences belong to the edge."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Problem(Exception):
    """Something a person or a phone asked for cannot be done. `code` names the sentence in the catalogue."""

    code: str
    fields: list[str] = field(default_factory=list)
    values: dict = field(default_factory=dict)

    def __post_init__(self):
        super().__init__(self.code)


def not_found() -> Problem:
    """Also for what exists but is not yours to see."""
    return Problem("not_found")
