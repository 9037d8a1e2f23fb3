"""Random answers to a form, made of the form itself: the same seed, the same answers."""

from collections.abc import Iterator
from random import Random

from webapp.domain.xform.questions import Definition, Question

TEXTS = ["", "李", "张三丰", "530502", "53050a", "0", "-3", "2.5", "a b", "红糖 & <面>", "13800000000"]
INTS = ["", "0", "1", "2", "3", "5", "6", "17", "18", "22", "23", "120", "121", "-1", "1954"]
DECIMALS = ["", "0", "0.5", "3", "12.25", "99.99", "100", "-0.01", "3500", "12000.1", "1000000"]
DATES = ["", "2017-12-31", "2018-01-01", "2018-10-09", "1950-02-28", "2099-01-01"]
TIMES = ["", "09:30:00", "23:59:59"]
MOMENTS = ["", "2018-10-09T09:30:00.000+08:00"]
PLACES = ["", "25.1301 99.2402 1650 5", "25 99 0 0"]
BY_TYPE = {
    "int": INTS, "decimal": DECIMALS, "date": DATES, "time": TIMES, "dateTime": MOMENTS, "geopoint": PLACES,
}  # fmt: skip


def filling(form: Definition, chance: Random) -> dict:
    """{"repeats": [[path, rows]], "values": [[path, value]]}, paths as the engine writes them."""
    repeats = [[question.path, chance.choice([0, 1, 1, 2, 3])] for question in form.root.walk() if question.is_repeat]
    rows = dict(map(tuple, repeats))
    values = [[path, _value(form, question, chance)] for path, question in _asked(form.root, "", rows)]
    return {"repeats": repeats, "values": values}


def _asked(question: Question, before: str, rows: dict[str, int]) -> Iterator[tuple[str, Question]]:
    if question.kind in ("input", "select1", "select", "rank", "range") and question.type not in (
        "binary",
        "geotrace",
        "geoshape",
    ):
        yield f"{before}/{question.name}", question
    for number in range(1, rows[question.path] + 1) if question.is_repeat else [None]:
        own = f"{before}/{question.name}" + (f"[{number}]" if number else "")
        for child in question.children:
            yield from _asked(child, own, rows)


def _value(form: Definition, question: Question, chance: Random) -> str:
    if question.readonly:
        return ""
    if question.choices is None:
        return chance.choice(BY_TYPE.get(question.type, TEXTS))
    names = list(question.choices.by_value)
    if question.kind == "select1":
        return chance.choice(["", *names])
    if question.kind == "rank":
        return chance.choice(["", " ".join(chance.sample(names, len(names)))])
    return " ".join(chance.sample(names, chance.randint(0, min(4, len(names)))))
