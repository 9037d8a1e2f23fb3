"""GeoJSON (RFC 7946): WGS 84, longitude first. `datum` says so again to readers who do not know the rule."""

from collections.abc import Iterable

import msgspec

MEDIA_TYPE = "application/geo+json"


def feature(lon: float, lat: float, properties: dict) -> dict:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}


def to_geojson(features: Iterable[dict]) -> bytes:
    encode = msgspec.json.Encoder().encode
    return b'{"type":"FeatureCollection","datum":"WGS84","features":[' + b",".join(map(encode, features)) + b"]}"
