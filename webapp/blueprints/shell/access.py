"""Deny by default. A view says what it needs; a view that says nothing answers to nobody."""

from collections.abc import Callable

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.domain.access import Scope, able, scope
from webapp.domain.problems import Problem, not_found

PUBLIC, SIGNED_IN, DEVICE = "public", "signed_in", "device"


def needs(ability: str) -> Callable:
    """Mark a view with the ability of domain.access it needs."""

    def mark(view):
        view.needs = ability
        return view

    return mark


public = needs(PUBLIC)
signed_in = needs(SIGNED_IN)
device_only = needs(DEVICE)


def locks_later(view: Callable) -> Callable:
    """Mark a writing view that takes the write lock itself, after it has read a body that may be long in coming."""
    view.locks_later = True
    return view


def open_to_closed_accounts(view: Callable) -> Callable:
    """Mark what a phone may still do when its account was closed: hand over what it holds, for the office to judge."""
    view.open_to_closed_accounts = True
    return view


def may_lock_now() -> bool:
    return not _marked("locks_later")


def _marked(name: str) -> bool:
    return getattr(current_app.view_functions.get(request.endpoint), name, False)


def here(ability: str) -> Scope:
    """Where the person asking has this ability."""
    return scope(current_user.pairs, ability)


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
    needed = "public" if request.endpoint.endswith("static") else _needed(request.endpoint)
    if needed == PUBLIC:
        return None
    if current_user.is_anonymous:
        return _ask_to_sign_in()
    _check(needed)
    return None


def _needed(endpoint: str) -> str | None:
    return getattr(current_app.view_functions[endpoint], "needs", None)


def _ask_to_sign_in() -> Response:
    if is_api():
        raise Problem("unauthorized")
    return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))


def _check(needed: str | None) -> None:
    if not current_user.is_active and not _marked("open_to_closed_accounts"):
        raise Problem("account_disabled")
    if needed == SIGNED_IN:
        return
    if needed == DEVICE:
        if g.get("device") is None:
            raise Problem("unauthorized")
        return
    if needed is None or not able(current_user.pairs, needed):
        raise Problem("not_allowed")


def bind(app: Flask) -> None:
    app.before_request(guard)
