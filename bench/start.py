"""How long ``cablegram --help`` takes, beside the interpreter doing nothing, in one run.

The bound is 0.3 s of wall time; CPU-seconds are quoted because machines are shared.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

BOUND_S = 0.3


def measure(command: list[str], turns: int) -> tuple[float, float]:
    """The best wall and CPU seconds of a command over so many turns."""
    walls, cpus = [], []
    for _ in range(turns):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(cpus)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--check", action="store_true", help="fail where the bound is not met")
    arguments = parser.parse_args()
    idle_wall, idle_cpu = measure([sys.executable, "-c", "pass"], arguments.turns)
    wall, cpu = measure([sys.executable, "-m", "cablegram", "--help"], arguments.turns)
    print(f"python -c pass    {idle_wall:.3f} s wall, {idle_cpu:.3f} s CPU")
    print(f"cablegram --help  {wall:.3f} s wall, {cpu:.3f} s CPU (bound {BOUND_S} s)")
    return int(arguments.check and wall >= BOUND_S)


if __name__ == "__main__":
    sys.exit(main())
