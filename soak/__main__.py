"""`python -m soak --visits 10000 --seed 7`: walk, audit, print, write var/soak.json. Ends with 1 when a promise was broken."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg

from soak import ground
from soak.audit import audit, read_ledger
from soak.server import Mishaps, serve
from tests.postgres import private_server

ROOT = Path(__file__).resolve().parents[1]
#: As a server that keeps its word: commits reach the disk.
POSTGRES = ["-c", "max_connections=60", "-c", "shared_buffers=128MB"]
#: The phones' time runs so much faster than ours; waiting is most of what a phone does.
TEMPO = 30
ZERO = ("lost", "duplicated", "false_success", "stuck", "stale")


def options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__.split(":")[0])
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20181008)
    parser.add_argument("--phones", type=int, default=50)
    parser.add_argument("--share", type=float, default=0.2, help="of all requests that meet a fault")
    parser.add_argument("--database", choices=("spatialite", "postgis"), default="spatialite")
    parser.add_argument("--app", default="webapp:create_app()", help="what the server loads")
    parser.add_argument("--preload", default=None, help="a module every phone imports before the app")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "soak.json")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    asked = options(argv)
    print(f"· soak: {asked.visits} visits, {asked.phones} phones, {asked.database}, seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="hetu-soak-") as name, _database(asked.database, Path(name)) as url:
        found = _soak(asked, url, Path(name))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    print("\n".join(f"  {key:18} {value}" for key, value in found.items() if key not in ("faults", "complaints", "broken")))
    print("\n".join(f"  broken: {item}" for item in found["broken"]))
    print(f"  faults             {' '.join(f'{fault}:{n}' for fault, n in found['faults'].items())}")
    print(f"{'every promise kept' if found['ok'] else 'A PROMISE WAS BROKEN'}: {asked.out}")
    return 0 if found["ok"] else 1


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    with private_server(POSTGRES) if kind == "postgis" else nullcontext(None) as server:
        if server is None:
            yield f"sqlite:///{folder}/hetu.db"
            return
        with psycopg.connect(server.replace("+psycopg", "") + "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE soak")
        yield f"{server}soak"


def _soak(asked: argparse.Namespace, url: str, folder: Path) -> dict:
    plan = {
        "visits": asked.visits, "seed": asked.seed, "share": asked.share, "tempo": TEMPO,
        "phones": ground.lay(url, folder, asked.visits, asked.phones, asked.seed),
        "pictures": ground.pictures(folder / "pictures", asked.seed),
    }  # fmt: skip
    server = serve(url, folder, asked.app)
    server.start()
    mishaps = Mishaps(server, asked.seed)
    try:
        began = time.perf_counter()
        _walk(plan | {"base": server.url}, folder, mishaps, asked.preload)
        seconds = time.perf_counter() - began
    finally:
        server.stop()
    ledger = read_ledger(folder / "ledger.jsonl")
    found = audit(url, folder / "media", "soak", ledger) | _story(asked, ledger.summary, mishaps.count, seconds)
    found["complaints"] = sorted(set(ledger.complaints))[:20]
    found["ok"] = is_ok(found, asked.visits)
    return found


def _walk(plan: dict, folder: Path, mishaps: Mishaps, preload: str | None) -> None:
    """Until the last phone has told its story. The server stops falling over when the phones' own faults end."""
    (folder / "plan.json").write_text(json.dumps(plan))
    node = [shutil.which("node"), *(["--import", preload] if preload else [])]
    command = [*node, ROOT / "soak" / "phones" / "main.js", folder / "plan.json", folder / "ledger.jsonl"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as phones:  # noqa: S603
        mishaps.start()
        for line in phones.stdout:
            if line.strip() == "healed":
                mishaps.heal()
    mishaps.heal()
    if phones.returncode:
        raise RuntimeError(f"the phones ended with {phones.returncode}")


def _story(asked: argparse.Namespace, summary: dict, falls: int, seconds: float) -> dict:
    faults = dict(sorted((summary["faults"] | {"F34": falls}).items()))
    measured = {name: round(summary[name], 1) for name in ("phones_cpu_s", "storm_s", "drain_s")}
    return measured | {
        "seed": asked.seed, "database": asked.database, "phones": asked.phones, "lives": summary["lives"],
        "requests": summary["requests"], "seconds": round(seconds, 1), "visits_per_s": round(asked.visits / seconds, 1),
        "faults": faults,
    }  # fmt: skip


def is_ok(found: dict, visits: int) -> bool:
    all_there = found["visits"] == found["on_server"] == visits
    return all_there and found["conflicts"] == found["conflicts_visible"] and not any(found[name] for name in ZERO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
