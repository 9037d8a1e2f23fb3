"""Who used the processors: a rate on a busy machine says little, the work per record says the same every time."""

import os
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(pids: Iterable[int]) -> float:
    """Processor time of these processes so far, in user and system together."""
    return sum(int(ticks) for pid in pids for ticks in _fields(PROC / str(pid) / "stat")[11:13]) / TICKS


def seconds_of_all() -> float:
    """What every process of the machine has used; waiting for a disk is no use."""
    _cpu, user, nice, system, _idle, _iowait, irq, softirq, *_ = (PROC / "stat").read_text().split(maxsplit=9)
    return sum(map(int, (user, nice, system, irq, softirq))) / TICKS


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *map(int, (PROC / str(pid) / "task" / str(pid) / "children").read_text().split())]


def _fields(stat: Path) -> list[str]:
    """What follows the name, which may hold anything."""
    return stat.read_text().rpartition(")")[2].split()
