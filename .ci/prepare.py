"""Bring the database to the newest revision; one without people and households gets the demo sub-district.

A new SpatiaLite file grows under another name and takes its own when it is whole: a first start that was
interrupted leaves nothing behind that looks like a database.
"""

import sys
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import make_url, select

from config import settings
from webapp import create_app
from webapp.extensions import db
from webapp.models import Account, Household
from webapp.translations import compile_stale

PEOPLE = """
  演示账号 / demo accounts, 密码 / password {password}
    cadre01 … cadre10          采集员 (手机)      cadres of the ten communities, phone
    community01 … community10  社区              communities
    office                     街道扶贫办         the sub-district's office: review, import
    supervisor                 督查              reads the coverage
    district                   区扶贫办           all sub-districts
    admin                      管理员             accounts and phones
"""
PLACES = """
  桌面 / desk    {base}/
  手机 / phone   {base}/app/
  Phones other than this machine need HTTPS: see "In production" in README.md.
  Ctrl-C ends it.
"""


def main(host: str, port: str) -> None:
    compile_stale()
    url = make_url(settings()["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite" and not Path(url.database).exists():
        _grow(Path(url.database))
    else:
        _prepare(create_app())
    _greet(create_app(), f"http://{host}:{port}")


def _grow(home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    for left_over in home.parent.glob(f"{home.name}.growing*"):
        left_over.unlink()
    growing = home.with_name(f"{home.name}.growing")
    _prepare(create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{growing}"}))
    growing.rename(home)


def _prepare(app) -> None:
    with app.app_context():
        upgrade()
        _command(app, "init")
        if _is_empty():
            print("· making the demo sub-district", flush=True)
            _command(app, "demo")
        _command(app, "sweep")
        db.session.remove()
        db.engine.dispose()


def _is_empty() -> bool:
    """Nobody is known and nothing was imported."""
    found = any(db.session.scalar(select(table.id).limit(1)) for table in (Account, Household))
    db.session.rollback()  # a command begins its own transaction
    return not found


def _command(app, name: str) -> None:
    app.cli.commands[name].main([], prog_name=f"flask {name}", standalone_mode=False)


def _greet(app, base: str) -> None:
    with app.app_context():
        if db.session.scalar(select(Account).where(Account.demo).limit(1)):
            print(PEOPLE.format(password=app.config["DEMO_PASSWORD"]))
    print(PLACES.format(base=base), flush=True)


main(*sys.argv[1:])
