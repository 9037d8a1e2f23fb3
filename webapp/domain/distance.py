"""Distances on the ground."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6371008.8

Point = tuple[float, float]


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres between two (lon, lat) points in WGS 84 degrees.

    Haversine on the sphere of mean radius 6 371 008.8 m (IUGG); within 0.6 % of the ellipsoid,
    enough for doorsteps, not for parcel borders. Same rule as geo/distance.js.
    """
    lon_a, lat_a = radians(a[0]), radians(a[1])
    lon_b, lat_b = radians(b[0]), radians(b[1])
    half_lat = sin((lat_b - lat_a) / 2)
    half_lon = sin((lon_b - lon_a) / 2)
    chord = half_lat * half_lat + cos(lat_a) * cos(lat_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))
