"""Where areas hang and what they look like."""

import pytest
from shapely.geometry import box, shape

from tests.captured import Captured
from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from webapp.domain.access import Scope
from webapp.models import Area
from webapp.models.engine import begin_write
from webapp.queries import areas
from webapp.services import foundation

STREET = "530502005000"
WHOLE = Scope(("530502005",))


@pytest.mark.parametrize(
    ("prefixes", "code"),
    [
        (("530502",), "530502000000"),
        (("530502005",), STREET),
        (("530502005001",), COMMUNITY),
        (("53050200500102",), "53050200500102"),
        (("53050200500101", "53050200500102"), COMMUNITY),
        (("530502005001", "530502005010"), STREET),
        (("530502005001", "530502006"), "530502000000"),
    ],
)
def test_the_widest_area_holds_the_whole_scope(prefixes, code):
    assert areas.widest_code(Scope(prefixes)) == code


def test_the_path_begins_where_the_scope_does(session, make):
    group = make.group()
    names = [area.code for area in areas.path(session, group, WHOLE)]
    assert names == [STREET, COMMUNITY, group.code]
    assert [area.code for area in areas.path(session, group, Scope((COMMUNITY,)))] == [COMMUNITY, group.code]


def test_an_area_is_found_only_where_the_scope_reaches(session):
    assert areas.by_code(session, STREET, Scope((COMMUNITY,))).code == STREET
    assert areas.by_code(session, OTHER_COMMUNITY, Scope((COMMUNITY,))) is None
    assert areas.by_code(session, "530599000000", WHOLE) is None
    assert areas.by_code(session, "", WHOLE) is None


def test_only_children_within_reach_are_listed(session):
    street = session.get(Area, STREET)
    assert len(areas.children(session, street, WHOLE)) == 10
    assert [area.code for area in areas.children(session, street, Scope((COMMUNITY,)))] == [COMMUNITY]


def _village(session, make, community=COMMUNITY, count=9, state="accepted"):
    captured = Captured(session)
    for n in range(count):
        captured(make.household(community), state, door=(99.24 + 0.001 * (n % 3), 25.13 + 0.001 * (n // 3)))


def _shapes(session) -> dict:
    communities = [session.get(Area, COMMUNITY), session.get(Area, OTHER_COMMUNITY)]
    return {one.code: one for one in areas.drawn_or_derived(session, communities, WHOLE)}


def _draw(session, kind, geometry):
    session.commit()
    begin_write(session)
    foundation.draw(session, COMMUNITY, kind, geometry, "test", WHEN)
    session.commit()


def test_an_area_nobody_drew_is_guessed_from_its_points(session, make):
    _village(session, make)
    _village(session, make, OTHER_COMMUNITY, count=2)
    found = _shapes(session)
    assert found[COMMUNITY].kind == "derived"
    assert shape(found[COMMUNITY].geometry).contains(box(99.24, 25.13, 99.242, 25.132))
    assert (found[OTHER_COMMUNITY].kind, found[OTHER_COMMUNITY].geometry) == (None, None)


def test_points_that_were_sent_back_do_not_shape_an_area(session, make):
    _village(session, make, state="returned")
    assert _shapes(session)[COMMUNITY].geometry is None


def test_the_strongest_outline_wins(session, make):
    _village(session, make)
    for kind, west in (("official", 99.0), ("drawn", 98.0), ("derived", 97.0)):
        _draw(session, kind, box(west, 25, west + 0.1, 25.1))
    found = _shapes(session)[COMMUNITY]
    assert (found.kind, shape(found.geometry).bounds[0]) == ("official", 99.0)


def test_a_drawn_outline_beats_a_guess_and_the_newer_the_older(session, make):
    _village(session, make)
    for west in (98.0, 97.0):
        _draw(session, "drawn", box(west, 25, west + 0.1, 25.1))
    found = _shapes(session)[COMMUNITY]
    assert (found.kind, shape(found.geometry).bounds[0]) == ("drawn", 97.0)
