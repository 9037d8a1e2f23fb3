"""Built files by the name of their source, as Vite's manifest lists them."""

import json
from pathlib import Path

from flask import Flask, current_app, url_for
from markupsafe import Markup

SOURCE = "webapp/static/js/"


def _manifest(name: str) -> dict:
    path = Path(current_app.static_folder) / "dist" / ".vite" / f"{name}.json"
    read = current_app.extensions.setdefault("vite", {})
    stamp = path.stat().st_mtime if path.exists() else None
    if read.get(name, (None,))[0] != stamp:
        read[name] = (stamp, json.loads(path.read_text()))
    return read[name][1] if stamp else {}


def entry(name: str, *, manifest: str = "desk", kind: str = 'type="module"') -> Markup:
    """Link and script tags of one Vite entry, its styles first. `name` is the entry's name in vite.config.js."""
    chunks = _manifest(manifest)
    chunk = next((chunk for chunk in chunks.values() if chunk.get("isEntry") and chunk["name"] == name), None)
    if chunk is None:
        return Markup("")
    tags = [f'<link rel="stylesheet" href="{_url(css)}">' for css in _styles(chunks, chunk)]
    return Markup("\n".join([*tags, f'<script {kind} src="{_url(chunk["file"])}"></script>']))  # noqa: S704


def _styles(manifest: dict, chunk: dict) -> list[str]:
    own = chunk.get("css", [])
    return [css for key in chunk.get("imports", []) for css in _styles(manifest, manifest[key])] + own


def _url(file: str) -> str:
    return url_for("static", filename=f"dist/{file}")


def bind(app: Flask) -> None:
    app.jinja_env.globals["entry"] = entry
