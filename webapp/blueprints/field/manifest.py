"""The web app manifest. Icons and screenshots are whatever lies in static/icons under the names below."""

import re
from pathlib import Path

from flask import url_for
from flask_babel import force_locale, gettext

from webapp.translations import LOCALES

INK_PAPER, JADE = "#F7F6F2", "#0F766E"
#: icon-192.png, maskable-512.png
_ICON = re.compile(r"(icon|maskable)-(\d+)\.png")
#: screenshot-narrow-1-780x1688.png
_SCREENSHOT = re.compile(r"screenshot-(narrow|wide)-(\w+)-(\d+x\d+)\.png")


def manifest(folder: Path) -> dict:
    """In Chinese, whoever asks: an installed app has one name."""
    with force_locale(LOCALES[0]):
        return _manifest(sorted(path.name for path in folder.glob("*")))


def _manifest(names: list[str]) -> dict:
    return {
        "id": "/app/", "start_url": "/app/", "scope": "/app/", "display": "standalone", "orientation": "portrait",
        "lang": "zh-CN", "dir": "ltr", "name": gettext("field.name"), "short_name": gettext("field.short_name"),
        "description": gettext("field.description"), "theme_color": JADE, "background_color": INK_PAPER,
        "categories": ["government", "productivity"],
        "icons": [*_vector(names), *_found(names, _ICON, _icon)],
        "screenshots": _found(names, _SCREENSHOT, _screenshot),
    }  # fmt: skip


def _vector(names: list[str]) -> list[dict]:
    return [{"src": _url("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}] if "icon.svg" in names else []


def _found(names: list[str], pattern: re.Pattern, shape) -> list[dict]:
    return [shape(match) for match in map(pattern.fullmatch, names) if match]


def _icon(match: re.Match) -> dict:
    kind, side = match.groups()
    purpose = "maskable" if kind == "maskable" else "any"
    return {"src": _url(match.string), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}


def _screenshot(match: re.Match) -> dict:
    form, name, sizes = match.groups()
    label = gettext(f"field.screenshot_{name}")
    return {"src": _url(match.string), "sizes": sizes, "type": "image/png", "form_factor": form, "label": label}


def _url(name: str) -> str:
    return url_for("static", filename=f"icons/{name}")
