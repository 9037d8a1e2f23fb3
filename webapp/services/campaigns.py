"""Changing the year's plan. Every phone hears of it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from webapp.domain.campaign_plan import date_faults, limit_faults
from webapp.domain.ids import campaign_id
from webapp.domain.problems import Problem
from webapp.models import Campaign
from webapp.services.feeds import EVERYBODY, changed


def edit(
    session: Session, campaign: Campaign, name: str, phases: Sequence[tuple[date, date]], thresholds: dict[str, float],
    seen_rev: int,
) -> None:  # fmt: skip
    """Raises campaign_changed when somebody else saved since; campaign_wrong, whose values say what is wrong with which field."""
    if campaign.rev != seen_rev:
        raise Problem("campaign_changed")
    faults = dict([*date_faults(phases), *limit_faults(thresholds)])
    if faults:
        raise Problem("campaign_wrong", list(faults), faults)
    campaign.name, campaign.thresholds = name, campaign.thresholds | thresholds
    for phase, (start, end) in zip(campaign.phases, phases, strict=True):
        phase.start, phase.end = start, end
    campaign.rev += 1
    session.flush()
    changed(session, EVERYBODY, "campaign", [(campaign_id(campaign.year), campaign.rev)])
