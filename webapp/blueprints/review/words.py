"""Codes and figures as a reviewer reads them."""

from datetime import datetime

from flask_babel import get_locale, gettext

from webapp.blueprints.review import bp
from webapp.domain import codes, days, doubts, fix
from webapp.models import Finding

#: Limits of the findings that are no campaign's to change.
FIXED_LIMITS = {
    "mismatch_m": doubts.MISMATCH_M, "clock_min": doubts.CLOCK_TOLERANCE_S // 60, "outline_m": doubts.OUTLINE_TOLERANCE_M,
}  # fmt: skip


class _Seen(dict):
    """Figures of a finding; one that an older version did not keep reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


@bp.app_template_filter("finding_words")
def finding_words(finding: Finding, limits: dict[str, float]) -> str:
    """What was seen and what the limit is, in a sentence or two."""
    key = f"finding.{finding.code}"
    sentence = gettext(key)
    if sentence == key:
        return gettext("finding.unknown", code=finding.code)
    figures = {name: _figure(value) for name, value in (FIXED_LIMITS | limits | finding.seen).items()}
    return sentence % _Seen(figures | _worded(finding.seen))


def _figure(value) -> str:
    if not isinstance(value, float):
        return value
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.3g}"


def _worded(seen: dict) -> dict:
    """What is not a figure, or reads better as another one."""
    worded = {f"{name[:-2]}_min": abs(round(value / 60)) for name, value in seen.items() if name.endswith("_s")}
    if "reason" in seen:
        words = code_words(seen["reason"], "capture_reason")
        worded["reason"] = gettext("finding.reason", words=words) if words else gettext("finding.reason_none")
    if "ended_at" in seen:
        worded["ended_at"] = when(datetime.fromisoformat(seen["ended_at"]))
    return worded


@bp.app_template_filter("code_words")
def code_words(code: str | None, name: str) -> str:
    return codes.label(name, code, str(get_locale()))


@bp.app_template_filter("when")
def when(moment: datetime, *, seconds: bool = False) -> str:
    """Local time of the county, as people write it."""
    return days.local(moment).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def grade(source: str, exception: str | None, fixes: list, thresholds: dict[str, float]) -> str:
    """excellent, good, poor or unusable by the raw fixes; by_hand and none where there is nothing to measure."""
    if exception:
        return "none"
    if source == "manual_map":
        return "by_hand"
    return fix.grade(fix.estimate(fixes), thresholds)
