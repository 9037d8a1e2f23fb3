"""Phones somebody should ask after: numbers missing, or silent for three days."""

from flask import render_template
from flask_babel import gettext

from webapp.blueprints.coverage import bp
from webapp.blueprints.review.words import when
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import Table
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.queries import devices, phones, setup

COLUMNS = {
    "label": "setup.device.label", "owner": "setup.device.owner", "seen": "setup.device.seen", "seq": "setup.device.seq",
    "holes": "setup.device.holes", "unsent": "setup.device.unsent",
}  # fmt: skip


@bp.get("/phones")
@needs("coverage.read")
def phone_list():
    rows = _rows()
    missing = {row.device.id: _missing(row) for row in rows if row.holes}
    return render_template("coverage/phones.html", rows=rows, missing=missing, area_names=setup.area_names(db.session))


@bp.get("/phones/print", defaults={"kind": "print"})
@bp.get("/phones.<any(csv, xlsx):kind>")
@needs("coverage.read")
def phone_table(kind):
    title, titles = gettext("coverage.phones.title"), {name: gettext(key) for name, key in COLUMNS.items()}
    return lists.answer(kind, Table(title, title, titles, [_cells(row) for row in _rows()]))


def _rows() -> list[phones.PhoneRow]:
    return phones.in_need(db.session, here("coverage.read"), now())


def _missing(row: phones.PhoneRow) -> list[tuple[int, int]]:
    return devices.missing(db.session, row.device.id, row.device.last_seq)


def _cells(row: phones.PhoneRow) -> tuple:
    device = row.device
    holes = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in _missing(row)) if row.holes else 0
    return device.label, row.owner.name, when(device.last_seen_at), device.last_seq, holes, row.waiting


@bp.get("/phones/count")
@needs("coverage.read")
def phone_count():
    """A line of the coverage page, asked for by itself: it depends on the hour, which the page's 304 does not."""
    return render_template("coverage/_phones.html", count=len(phones.in_need(db.session, here("coverage.read"), now())))
