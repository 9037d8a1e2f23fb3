"""How much better is our estimate than the best single fix? A simulation, `python -m bench.gps_sim`.

The error of a phone is drawn as a slow drift (AR 1, τ 60–300 s: satellites and reflections), a fast
wobble (AR 1, τ 5 s), an error of the cold start that dies away, and short bursts of reflections. The
sizes are assumed, chosen so that the *baselines* come near published and earlier figures; so only the
relative gain may be claimed, and only until real phones on a surveyed mark say otherwise.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, exp, hypot, log, pi, radians, sin, sqrt
from statistics import median

from webapp.domain.distance import EARTH_RADIUS_M
from webapp.domain.fix import estimate, is_settled

SEED = 20181008
SECONDS = 60
DOOR_LON, DOOR_LAT = 99.2283, 25.1146
METRES_PER_DEGREE = EARTH_RADIUS_M * pi / 180
EAST_M = METRES_PER_DEGREE * cos(radians(DOOR_LAT))
BAR_PERCENT = 25


@dataclass(frozen=True)
class Scene:
    name: str
    slow_m: float
    fast_m: float
    cold_m: float  # median error of a cold start at the first callback
    bursts_per_s: float
    burst_m: float
    slow_tau_s: tuple[float, float] = (60, 300)
    accuracy_tells: bool = True


SCENES = (
    Scene("open", slow_m=2, fast_m=0.8, cold_m=6.7, bursts_per_s=0.004, burst_m=15),
    Scene("yard", slow_m=3, fast_m=1.5, cold_m=12.7, bursts_per_s=0.008, burst_m=25),
    Scene("lane", slow_m=5, fast_m=3, cold_m=27, bursts_per_s=0.015, burst_m=40),
)


class Wander:
    """A first-order autoregressive error in one direction, one step a second."""

    def __init__(self, dice: random.Random, size_m: float, tau_s: float):
        self.dice, self.size_m, self.keep = dice, size_m, exp(-1 / tau_s)
        self.now_m = dice.gauss(0, size_m)

    def step(self) -> float:
        before = self.now_m
        self.now_m = before * self.keep + self.dice.gauss(0, self.size_m) * sqrt(1 - self.keep**2)
        return before


class Bursts:
    """Reflections: every now and then a few seconds at one wrong place."""

    def __init__(self, dice: random.Random, scene: Scene):
        self.dice, self.scene, self.left_s, self.offset = dice, scene, 0, (0.0, 0.0)

    def step(self) -> tuple[float, float]:
        if self.left_s == 0 and self.dice.random() < self.scene.bursts_per_s:
            self.left_s = self.dice.randint(1, 5)
            size_m, angle = self.scene.burst_m * self.dice.uniform(0.4, 1.6), self.dice.uniform(0, 2 * pi)
            self.offset = (size_m * cos(angle), size_m * sin(angle))
        if self.left_s == 0:
            return 0.0, 0.0
        self.left_s -= 1
        return self.offset


def visit(dice: random.Random, scene: Scene) -> list[list[float]]:
    """A minute at one door: rows [t_ms, lon, lat, accuracy_m], a fix a second, all errors in metres."""
    slow_tau_s = dice.uniform(*scene.slow_tau_s)
    slow = [Wander(dice, scene.slow_m, slow_tau_s) for _ in "xy"]
    fast = [Wander(dice, scene.fast_m, 5) for _ in "xy"]
    bursts = Bursts(dice, scene)
    cold_m, angle = dice.lognormvariate(log(scene.cold_m), 0.62), dice.uniform(0, 2 * pi)
    cold_tau_s = dice.uniform(5, 14)
    rows = []
    for second in range(SECONDS):
        cold = cold_m * exp(-second / cold_tau_s)
        burst = bursts.step()
        x = slow[0].step() + fast[0].step() + cold * cos(angle) + burst[0]
        y = slow[1].step() + fast[1].step() + cold * sin(angle) + burst[1]
        rows.append(
            [
                second * 1000,
                DOOR_LON + x / EAST_M,
                DOOR_LAT + y / METRES_PER_DEGREE,
                claimed_accuracy_m(dice, scene, cold, hypot(*burst)),
            ]
        )
    return rows


def claimed_accuracy_m(dice: random.Random, scene: Scene, cold_m: float, burst_m: float) -> float:
    """The phone knows its noise, guesses its cold start and notices half of a reflection."""
    if not scene.accuracy_tells:
        return round(dice.uniform(3, 30), 1)
    known = hypot(scene.slow_m, scene.fast_m, 0.4 * cold_m, 0.5 * burst_m)
    return round(1.9 * known * dice.lognormvariate(0, 0.3), 1)


@dataclass
class Errors:
    """Horizontal errors in metres of the same visits, judged in different ways."""

    ours: list[float]
    best_single: list[float]
    waited_s: list[float]
    circle_holds: int = 0


def error_m(lon: float, lat: float) -> float:
    return hypot((lon - DOOR_LON) * EAST_M, (lat - DOOR_LAT) * METRES_PER_DEGREE)


def best_single_error_m(rows: list[list[float]]) -> float:
    """The strong baseline: the fix with the smallest claimed circle of the first 20 s."""
    best = min(rows[:20], key=lambda row: row[3])
    return error_m(best[1], best[2])


def measure(scene: Scene, sessions: int, until: Callable[[list], list] = lambda rows: rows) -> Errors:
    dice = random.Random(f"{SEED} {scene.name}")
    errors = Errors([], [], [])
    for _ in range(sessions):
        rows = visit(dice, scene)
        kept = until(rows)
        found = estimate(kept)
        errors.waited_s.append(kept[-1][0] / 1000)
        errors.ours.append(error_m(found.lon, found.lat))
        errors.best_single.append(best_single_error_m(rows))
        errors.circle_holds += errors.ours[-1] <= found.accuracy_m
    return errors


def until_settled(rows: list) -> list:
    """What the phone would have kept, had the cadre saved as soon as the stop rule allowed it."""
    return next((rows[:n] for n in range(20, SECONDS) if is_settled(estimate(rows[:n]))), rows)


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def gain_percent(errors: Errors) -> float:
    return 100 * (1 - p95(errors.ours) / p95(errors.best_single))


def overall(parts: list[Errors]) -> float:
    """The gain over the visits of all scenes together; the worst scene weighs most in it."""
    together = Errors([e for part in parts for e in part.ours], [e for part in parts for e in part.best_single], [])
    return gain_percent(together)


def row(name: str, value: float, unit: str, bar: float | None = None) -> dict:
    return {
        "name": f"gps: {name}",
        "value": round(value, 1),
        "unit": unit,
        "bar": bar,
        "ok": None if bar is None else value >= bar,
    }


def scene_rows(scene: Scene, minute: Errors) -> list[dict]:
    sessions = len(minute.ours)
    settled = measure(scene, max(sessions // 4, 100), until_settled)
    return [
        row(f"{scene.name}: lower p95 error", gain_percent(minute), "%", BAR_PERCENT),
        row(f"{scene.name}: p95 error of our 60 s", p95(minute.ours), "m"),
        row(f"{scene.name}: p95 error of the best single fix of 20 s", p95(minute.best_single), "m"),
        row(f"{scene.name}: stated circle holds the truth", 100 * minute.circle_holds / sessions, "%"),
        row(f"{scene.name}: lower p95 error when saved at once when settled", gain_percent(settled), "%"),
        row(f"{scene.name}: median wait until settled (60 = never)", median(settled.waited_s), "s"),
    ]


def harsher(change: Callable[[Scene], Scene], sessions: int) -> float:
    return overall([measure(change(scene), sessions) for scene in SCENES])


def slower(factor: float) -> Callable[[Scene], Scene]:
    return lambda scene: replace(scene, slow_tau_s=(60 * factor, 300 * factor))


SENSITIVITY = {
    "slow drift twice as quick": slower(0.5),
    "slow drift half as quick": slower(2),
    "three times the reflections": lambda scene: replace(scene, bursts_per_s=3 * scene.bursts_per_s),
    "claimed accuracy tells nothing": lambda scene: replace(scene, accuracy_tells=False),
}


def run(sessions: int = 600) -> list[dict]:
    """The bar of the estimator and what stands behind it; `sessions` visits per scene, fixed seed."""
    minute = [measure(scene, sessions) for scene in SCENES]
    eight = [measure(scene, sessions, lambda rows: rows[5::7]) for scene in SCENES]
    return [
        row("lower p95 error than the best single fix of 20 s", overall(minute), "%", BAR_PERCENT),
        *(line for scene, errors in zip(SCENES, minute, strict=True) for line in scene_rows(scene, errors)),
        row("lower p95 error with only eight fixes", overall(eight), "%"),
        *(row(f"lower p95 error, {name}", harsher(change, sessions), "%") for name, change in SENSITIVITY.items()),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=600)
    for line in run(parser.parse_args().sessions):
        print(f"{line['value']:8.1f} {line['unit']:2} {line['name']}" + (f"  (bar {line['bar']})" if line["bar"] else ""))


if __name__ == "__main__":
    main()
