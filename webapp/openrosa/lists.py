"""The XML an OpenRosa client asks for: which forms there are, which files each needs, what became of an answer."""

from collections.abc import Iterable
from hashlib import md5
from xml.sax.saxutils import escape

FORM_LIST, MANIFEST = "http://openrosa.org/xforms/xformsList", "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def hashed(text: str | bytes) -> str:
    """OpenRosa's name for a version of a file."""
    data = text.encode() if isinstance(text, str) else text
    return "md5:" + md5(data, usedforsecurity=False).hexdigest()


def form_list(forms: Iterable[dict[str, str]]) -> str:
    return f'{HEAD}<xforms xmlns="{FORM_LIST}">{"".join(_element("xform", form) for form in forms)}</xforms>'


def manifest(files: Iterable[dict[str, str]]) -> str:
    return f'{HEAD}<manifest xmlns="{MANIFEST}">{"".join(_element("mediaFile", file) for file in files)}</manifest>'


def response(nature: str, message: str) -> str:
    return f'{HEAD}<OpenRosaResponse xmlns="{RESPONSE}"><message nature="{nature}">{escape(message)}</message></OpenRosaResponse>'


def _element(name: str, values: dict[str, str]) -> str:
    return f"<{name}>{''.join(f'<{key}>{escape(value)}</{key}>' for key, value in values.items())}</{name}>"
