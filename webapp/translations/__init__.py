"""Message catalogues: one .po file per blueprint and language. Machine files (.mo) are made from them, never kept in git."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
LOCALES = ("zh_Hans_CN", "en")


def domains() -> list[str]:
    """The catalogues there are, by the first language."""
    return sorted(path.stem for path in (HERE / LOCALES[0] / "LC_MESSAGES").glob("*.po"))


def catalogue_settings() -> dict[str, str]:
    """Flask-Babel pairs the n-th folder with the n-th domain, so the one folder is named once per domain."""
    names = domains()
    return {"BABEL_DOMAIN": ";".join(names), "BABEL_TRANSLATION_DIRECTORIES": ";".join([str(HERE)] * len(names))}


def compile_stale() -> list[Path]:
    """Write the .mo files that are missing or older than their .po; returns what was written."""
    stale = [po for po in HERE.glob("*/LC_MESSAGES/*.po") if _is_stale(po)]
    for po in stale:
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source))
    return stale


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime
