"""The words of a comparison sheet. It is read and signed at the door, so it speaks Chinese whoever prints it."""

from flask_babel import force_locale, gettext

from webapp.domain import dictionary, paper_blocks
from webapp.domain.days import local
from webapp.domain.paper_blocks import Values
from webapp.domain.paper_leaves import Block, Cell
from webapp.queries.comparison import Door, newest
from webapp.translations import LOCALES

NEW_MEASURES, CHANGED_MEMBERS = 3, 3
QUESTIONS = ("income_stable", "food_ok", "clothes_ok", "weatherproof", "two_graduates_support")
#: Sections of the household, and what the dictionary calls their part.
PARTS = {"basic": "household", "living": "living", "income": "annual_income", "relocation": "relocation"}
CHANGE_HEADS = ("name", "relation", "id_no", "change", "reason", "day")


class Words(dict):
    """words["must"] is the sentence paper_sheet.must in Chinese, looked up once for all sheets."""

    def __missing__(self, key: str) -> str:
        with force_locale(LOCALES[0]):
            self[key] = gettext(f"paper_sheet.{key}")
        return self[key]

    def say(self, key: str, **more) -> str:
        with force_locale(LOCALES[0]):
            return gettext(f"paper_sheet.{key}", **more)


def sheet_blocks(door: Door, shape: dict, year: int, words: Words) -> list[Block]:
    """The nine sections of the form; members stand in the first, and the eighth is told by the measures of the sixth."""
    household, members, links, measures = newest(shape)
    known = words["known"] if shape["this"] else words.say("of_year", year=year - 1)
    heads = (words["item"], known, words["correct"])
    names = {one["id"]: one.get("name", "") for one in members}
    return [
        *_household(door, household, members, heads, words),
        *paper_blocks.links(words["section.helpers"], links, heads),
        paper_blocks.measures(words["section.measures"], measures, names, NEW_MEASURES),
        paper_blocks.asks(words["section.assurance"], [words[f"ask.{name}"] for name in QUESTIONS]),
        paper_blocks.said(words["section.location"], _point(door, words)),
        paper_blocks.signatures([words["sign.head"], words["sign.cadre"], words["sign.date"]]),
    ]


def _household(door: Door, household: Values, members: list, heads: tuple[str, str, str], words: Words) -> list[Block]:
    register = [Cell(words["address"], door.address), Cell(dictionary.fields("household")["phone"].zh, door.phone_masked)]
    household = {"household_attribute": door.attribute, "exit_status": door.exit_status} | household
    cells = {name: paper_blocks.household(household, entity) for name, entity in PARTS.items()}
    cells["basic"] = [*((cell, False) for cell in register), *cells["basic"]]
    grids = {name: paper_blocks.grid(words[f"section.{name}"], own, heads) for name, own in cells.items()}
    changed = tuple(words[f"changed.{name}"] for name in CHANGE_HEADS)
    people = paper_blocks.people(words["section.members"], members or [{}] * paper_blocks.MOST_PEOPLE, heads)
    came_and_left = paper_blocks.changes(words["section.changed"], changed, CHANGED_MEMBERS)
    return [grids["basic"], *people, came_and_left, grids["living"], grids["income"], grids["relocation"]]


def _point(door: Door, words: Words) -> str:
    if door.taken_at is None:
        return words["point.missing"]
    accuracy = words.say("point.accuracy", n=f"{door.accuracy_m:.0f}") if door.accuracy_m is not None else ""
    return words.say(f"point.{door.state}", day=local(door.taken_at).strftime("%Y-%m-%d")) + accuracy
