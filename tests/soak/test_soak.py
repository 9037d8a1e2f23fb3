"""A short soak keeps every promise, and one in which a promise is broken on purpose says so."""

import json
import subprocess
import sys

import pytest

from tests.browser.machines import ROOT

SEED = 20181008


def soak(tmp_path, *more: str, visits: int, phones: int) -> tuple[int, dict]:
    out = tmp_path / "soak.json"
    asked = ["--visits", str(visits), "--phones", str(phones), "--seed", str(SEED), "--out", str(out), *more]
    ran = subprocess.run([sys.executable, "-m", "soak", *asked], cwd=ROOT, check=False, capture_output=True, text=True)
    print(ran.stdout, ran.stderr)
    return ran.returncode, json.loads(out.read_text())


@pytest.mark.parametrize("database", ["spatialite", pytest.param("postgis", marks=pytest.mark.long)])
def test_a_short_soak_keeps_every_promise(tmp_path, database):
    """F02 F12 F13 F16 F17 F20 F24 F25 F26 F27 F29 F33 F34 F39 F42 together."""
    ended, found = soak(tmp_path, "--database", database, visits=100, phones=8)
    assert ended == 0
    assert (found["visits"], found["on_server"], found["lost"], found["duplicated"]) == (100, 100, 0, 0)
    assert found["conflicts_visible"] == found["conflicts"] > 0
    assert found["faults"]["F39"] == 8
    assert {"F12", "F13", "F16", "F24", "F29", "F42"} <= found["faults"].keys(), "the ordinary ones have happened"
    assert found["complaints"] == []


def test_a_phone_that_drops_what_was_on_the_wire_is_found_out(tmp_path):
    ended, found = soak(tmp_path, "--preload", "./tests/soak/forgetful_phone.js", visits=40, phones=4)
    assert ended == 1
    assert found["lost"] > 0
    assert found["visits"] == 40


@pytest.mark.long
def test_a_server_that_knows_nothing_again_is_found_out(tmp_path):
    ended, found = soak(tmp_path, "--app", "tests.soak.forgetful_server:keeps_every_sending()", visits=40, phones=4)
    assert ended == 1
    assert found["duplicated"] > 0


@pytest.mark.long
def test_a_server_that_throws_pictures_away_is_found_out(tmp_path):
    ended, found = soak(tmp_path, "--app", "tests.soak.forgetful_server:loses_pictures()", visits=12, phones=2)
    assert ended == 1
    assert found["photos_on_server"] < found["photos"]
    assert found["lost"] == found["photos"] - found["photos_on_server"]
    assert found["false_success"] > 0
