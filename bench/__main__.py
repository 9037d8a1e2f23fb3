"""Run the measurements, print a table, write var/bench.json. Ends with 1 if a bar is missed."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

MODULES = ("gps_sim", "ingest", "openrosa", "phone", "forms", "slow_line")
RESULT = Path(__file__).parents[1] / "var" / "bench.json"


def main(wanted: list[str]) -> int:
    # figures of a busy machine are worth little: say how busy it was
    rows = [{"name": "load average before", "value": os.getloadavg()[0], "unit": "", "bar": None, "ok": None}]
    for name in wanted or MODULES:
        print(f"· {name}", flush=True)
        found = import_module(f"bench.{name}").run()
        print("\n".join(map(line, found)), flush=True)
        rows += found
    _write(rows)
    missed = [row["name"] for row in rows if row["ok"] is False]
    print(f"\n{sum(row['ok'] is True for row in rows)} bars met, {len(missed)} missed. {RESULT}")
    return 1 if missed else 0


def line(row: dict) -> str:
    mark = {True: "✓", False: "✗", None: " "}[row["ok"]]
    bar = "" if row["bar"] is None else f"bar {row['bar']:g}"
    return f"  {mark} {row['value']:>10,.1f} {row['unit']:<10} {bar:<12} {row['name']}"


def _write(rows: list[dict]) -> None:
    """Figures of modules that did not run this time stay."""
    RESULT.parent.mkdir(exist_ok=True)
    kept = json.loads(RESULT.read_text()) if RESULT.exists() else []
    fresh = {row["name"] for row in rows}
    everything = [row for row in kept if row["name"] not in fresh] + rows
    RESULT.write_text(json.dumps(everything, ensure_ascii=False, indent=1) + "\n")


sys.exit(main(sys.argv[1:]))
