"""Limits for judging a capture. The defaults are domain/data/geo_thresholds.csv in numbers; a campaign may change them."""

#: metres, except the two counts of fixes. `capture_distance_*` compare with the capture before.
DEFAULTS: dict[str, float] = {
    "accuracy_good_m": 15,
    "accuracy_fair_m": 30,
    "accuracy_poor_m": 100,
    "spread_good_m": 10,
    "spread_fair_m": 25,
    "good_fixes": 5,
    "min_fixes": 3,
    "last_capture_near_m": 20,
    "last_capture_far_m": 50,
    "group_centre_near_m": 2000,
    "group_centre_far_m": 5000,
    "altitude_min_m": 600,
    "altitude_max_m": 3700,
}
