"""Deny by default. A view says what it needs; a view that says nothing answers to nobody."""

from collections.abc import Callable

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.blueprints.shell import phones
from webapp.domain.access import Scope, able, scope
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.models.engine import begin_write

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
#: `leaving`: also a phone that may do nothing else any more.
PUBLIC, SIGNED_IN, DEVICE, LEAVING = "public", "signed_in", "device", "leaving"


def needs(ability: str) -> Callable:
    """Mark a view with the ability of domain.access it needs."""

    def mark(view):
        view.needs = ability
        return view

    return mark


public = needs(PUBLIC)
signed_in = needs(SIGNED_IN)
device_only = needs(DEVICE)
leaving_device = needs(LEAVING)


def locks_later(view: Callable) -> Callable:
    """Mark a writing view that takes the write lock itself, after it has read a body that may be long in coming."""
    view.locks_later = True
    return view


def at_most(size_bytes: int) -> Callable:
    """Mark a view with the longest body it reads."""

    def mark(view):
        view.most_bytes = size_bytes
        return view

    return mark


def allow_large() -> None:
    """Before a form is looked at for its token: who may send a large one. Everybody else is stopped at the ordinary limit."""
    most_bytes, needed = getattr(_view(), "most_bytes", 0), getattr(_view(), "needs", PUBLIC)
    if needed in (PUBLIC, SIGNED_IN, DEVICE, LEAVING) or most_bytes <= current_app.config["MAX_CONTENT_LENGTH"]:
        return
    if current_user.is_authenticated and able(current_user.pairs, needed):
        request.max_content_length = most_bytes
    db.session.commit()  # a body that is long in coming must not hold a snapshot


def lock_for_writing() -> None:
    """Before anything is read in a request that will write (see models.engine.begin_write)."""
    if request.method in WRITING and not _marked("locks_later"):
        begin_write(db.session)


def _view() -> Callable | None:
    return current_app.view_functions.get(request.endpoint or "")


def _marked(name: str) -> bool:
    return getattr(_view(), name, False)


def open_to_closed_accounts(view: Callable) -> Callable:
    """Mark what a phone may still do when its account was closed: hand over what it holds, for the office to judge."""
    view.open_to_closed_accounts = True
    return view


def here(ability: str) -> Scope:
    """Where the person asking has this ability."""
    return scope(current_user.pairs, ability)


def able_here(ability: str) -> bool:
    """Do they have it anywhere?"""
    return current_user.is_authenticated and bool(here(ability).prefixes)


def within(ability: str, area_code: str) -> Scope:
    """Their scope inside one area; 404 if nothing of it is theirs."""
    narrowed = here(ability).narrowed(area_code)
    if not narrowed.prefixes:
        raise not_found()
    return narrowed


def is_api() -> bool:
    return request.path.startswith("/api/")


def guard() -> Response | None:
    """Run before every request."""
    if request.endpoint is None:
        return None
    request.max_content_length = getattr(_view(), "most_bytes", current_app.config["MAX_CONTENT_LENGTH"])
    needed = PUBLIC if request.endpoint.endswith("static") else getattr(_view(), "needs", None)
    if needed == PUBLIC:
        return None
    nobody = current_user.is_anonymous  # looking for the person also finds the phone
    if g.get("device"):
        phones.admit(g.device, leaving=needed == LEAVING)
        lock_for_writing()
    elif nobody:
        return _ask_to_sign_in()
    _check(needed)
    return None


def _ask_to_sign_in() -> Response:
    if is_api():
        raise Problem("unauthorized")
    return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))


def _check(needed: str | None) -> None:
    if not (current_user.is_active or needed == LEAVING or _marked("open_to_closed_accounts")):
        raise Problem("account_disabled")
    if needed == SIGNED_IN:
        return
    if needed in (DEVICE, LEAVING):
        if g.get("device") is None:
            raise Problem("unauthorized")
        return
    if needed is None or not able(current_user.pairs, needed):
        raise Problem("not_allowed")


def bind(app: Flask) -> None:
    app.before_request(guard)
