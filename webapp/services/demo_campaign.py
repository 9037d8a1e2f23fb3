"""The demo's year: the notice's nine phases moved so that today is in the middle of the collection."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from webapp.domain.ids import campaign_id
from webapp.models import Campaign, Phase
from webapp.queries import campaigns
from webapp.services.demo_words import word
from webapp.services.feeds import EVERYBODY, changed

COLLECTING, DAY = 3, 5  # today is this day of that phase


def make(session: Session, today: date) -> Campaign:
    """The shifted campaign, active. The one it was made from stays, with its own dates, inactive."""
    real = campaigns.active(session)
    shift = today - timedelta(days=DAY - 1) - real.phase(COLLECTING).start
    phases = [
        Phase(no=p.no, title_zh=p.title_zh, title_en=p.title_en, start=p.start + shift, end=p.end + shift) for p in real.phases
    ]
    made = Campaign(
        year=today.year, name=word("campaign"), active=True, demo=True, thresholds=dict(real.thresholds),
        income_parts=list(real.income_parts), rev=1, phases=phases
    )
    real.active, real.rev = False, real.rev + 1
    session.add(made)
    changed(session, EVERYBODY, "campaign", [(campaign_id(real.year), real.rev), (campaign_id(made.year), 1)])
    session.flush()
    return made
