"""Positions as Morton numbers of zoom-20 Web Mercator tiles: every tile is one contiguous range of them."""

import math

ZOOM = 20
_SIDE = 1 << ZOOM


def _spread(value: int) -> int:
    value = (value | value << 16) & 0x0000FFFF0000FFFF
    value = (value | value << 8) & 0x00FF00FF00FF00FF
    value = (value | value << 4) & 0x0F0F0F0F0F0F0F0F
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & 0x5555555555555555


def cell(lon: float, lat: float) -> int:
    """The cell of a WGS 84 position; latitudes beyond ±85.05° fall into the outermost row."""
    x = int((lon + 180) / 360 * _SIDE)
    y = int((1 - math.asinh(math.tan(math.radians(max(-85.05, min(85.05, lat))))) / math.pi) / 2 * _SIDE)
    return _spread(min(x, _SIDE - 1)) | _spread(min(max(y, 0), _SIDE - 1)) << 1
