"""Changing the year's plan. Every phone hears of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from webapp.domain.campaign_plan import date_faults, limit_faults
from webapp.domain.ids import campaign_id
from webapp.domain.problems import Problem
from webapp.models import Campaign
from webapp.services import families
from webapp.services.feeds import EVERYBODY, changed


class Plan(NamedTuple):
    name: str
    phases: Sequence[tuple[date, date]]
    thresholds: dict[str, float]
    income_parts: list[str]  # of transfers, those that count


def edit(session: Session, campaign: Campaign, plan: Plan, seen_rev: int, now: datetime) -> None:
    """Raises campaign_changed when somebody else saved since; campaign_wrong, whose values say what is wrong with which field."""
    if campaign.rev != seen_rev:
        raise Problem("campaign_changed")
    faults = dict([*date_faults(plan.phases), *limit_faults(plan.thresholds)])
    if faults:
        raise Problem("campaign_wrong", list(faults), faults)
    recount = plan.income_parts != campaign.income_parts
    campaign.name, campaign.thresholds = plan.name, campaign.thresholds | plan.thresholds
    campaign.income_parts = plan.income_parts
    for phase, (start, end) in zip(campaign.phases, plan.phases, strict=True):
        phase.start, phase.end = start, end
    campaign.rev += 1
    session.flush()
    changed(session, EVERYBODY, "campaign", [(campaign_id(campaign.year), campaign.rev)])
    if recount:
        families.recount(session, campaign.year, now)
