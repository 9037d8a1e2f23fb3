"""The outline of an area, guessed from its doors."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from webapp.domain import shapes
from webapp.domain.distance import distance_m

FAR_M = 5000


def doors(count: int, seed: int = 1) -> list[tuple[float, float]]:
    draw = random.Random(seed)
    return [(99.2 + draw.uniform(0, 0.01), 25.1 + draw.uniform(0, 0.01)) for _ in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_doors_make_no_shape(count):
    assert shapes.derived(doors(count), FAR_M) is None


def test_the_same_door_many_times_is_one_place():
    assert shapes.derived([(99.2, 25.1)] * 10 + [(99.201, 25.1)] * 10, FAR_M) is None


@given(st.integers(3, 60), st.integers(0, 1000))
def test_every_door_lies_inside_with_room_around_it(count, seed):
    points = doors(count, seed)
    shape = shapes.derived(points, FAR_M)
    assert shape.is_valid
    assert all(shape.contains(Point(point)) for point in points)
    lon, lat = max(points)  # the easternmost: its margin is to be seen on the ground, not in degrees
    edge = shape.exterior.interpolate(shape.exterior.project(Point(lon, lat)))
    assert distance_m((lon, lat), (edge.x, edge.y)) > 0.8 * shapes.MARGIN_M


def test_doors_in_a_row_still_make_a_shape():
    assert shapes.derived([(99.2, 25.1), (99.201, 25.1), (99.202, 25.1)], FAR_M).area > 0


def test_one_wrong_fix_does_not_stretch_the_village():
    village = doors(20)
    assert shapes.derived([*village, (100.2, 26.1)], FAR_M).equals(shapes.derived(village, FAR_M))


def two_arms(count: int) -> list[tuple[float, float]]:
    """Doors along two streets that meet at a right angle."""
    draw = random.Random(3)
    along = [(draw.uniform(0, 0.02), draw.uniform(0, 0.002)) for _ in range(count)]
    return [(99.2 + (x if n % 2 else y), 25.1 + (y if n % 2 else x)) for n, (x, y) in enumerate(along)]


def hollow(count: int) -> float:
    """How much of the convex hull the shape leaves out."""
    shape = shapes.derived(two_arms(count), FAR_M)
    return 1 - shape.area / shape.convex_hull.area


def test_many_doors_bend_the_shape_inwards_and_few_do_not():
    assert hollow(80) > 0.25
    assert hollow(7) < 0.02


def test_coordinates_leave_with_six_decimals():
    ring = shapes.geometry(shapes.derived(doors(10), FAR_M))["coordinates"][0]
    assert all(round(value, 6) == value for point in ring for value in point)
