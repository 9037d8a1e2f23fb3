"""A phone standing at an invented door: what its receiver would have said, second by second."""

from dataclasses import dataclass
from math import exp, sqrt
from random import Random

from webapp.domain.distance import Point
from webapp.services.demo_register import moved


@dataclass(frozen=True)
class Scene:
    """Sizes in metres: a slow drift, a quick wobble, and what the phone claims at 95 %."""

    slow_m: float
    wobble_m: float
    claims_m: tuple[float, float]


OPEN = Scene(1.5, 0.7, (4, 9))
LANE = Scene(4, 2, (17, 27))
WALLED = Scene(9, 5, (36, 70))
DRIFT_S = 90
COLD_M, COLD_S = 12, 3


def fixes(dice: Random, door: Point, scene: Scene, seconds: int) -> list[list]:
    """[t_ms, lon, lat, accuracy_m] rows, about one a second, after a cold start that dies away."""
    x, y, claim = dice.gauss(0, scene.slow_m), dice.gauss(0, scene.slow_m), dice.uniform(*scene.claims_m)
    keep, rows, t_ms = exp(-1 / DRIFT_S), [], 0
    for second in range(seconds):
        cold = COLD_M * exp(-second / COLD_S)
        lon, lat = moved(door, x + cold + dice.gauss(0, scene.wobble_m), y + dice.gauss(0, scene.wobble_m))
        rows.append([t_ms, round(lon, 7), round(lat, 7), round((claim + cold) * dice.uniform(0.85, 1.15), 1)])
        x, y = (keep * was + dice.gauss(0, scene.slow_m) * sqrt(1 - keep**2) for was in (x, y))
        t_ms += dice.randint(950, 1080)
    return rows
