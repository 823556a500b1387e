"""``python -m bench [--quick]``: measure and print a table; details and a chart in bench/out. Exit 1: a goal missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from statistics import median

from bench.chart import svg
from bench.contestants import OUT, contestants
from bench.load import HOW_TO_GET_WRK, WRK, Load
from bench.measures import Line, as_json, in_a_thread, memory, rule_choice, start_up, throughput, waiting_calls


def main() -> int:
    """Everything, in some minutes."""
    options = argparse.ArgumentParser(prog="bench")
    options.add_argument("--quick", action="store_true", help="fewer and shorter rounds; ratios are rougher")
    quick = options.parse_args().quick
    rounds, seconds = (2, 1.0) if quick else (5, 4.0)
    if WRK is None:
        print(HOW_TO_GET_WRK)
    everybody = contestants()
    loads, lines = throughput(everybody, rounds, seconds)
    for name, each in loads.items():
        print(_load(name, each))
    for line in lines:
        print(_row(line), flush=True)
    start_ups = 5 if quick else 15
    measures: list[Callable[[], list[Line]]] = [
        lambda: start_up(start_ups),
        in_a_thread,
        lambda: memory(seconds),
        rule_choice,
        waiting_calls,
    ]
    for measure in measures:
        measured = measure()
        lines += measured
        for line in measured:
            print(_row(line), flush=True)
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(as_json(loads, lines))
    (OUT / "bench.svg").write_text(svg(loads, "json-server" if "json-server" in loads else "flask-waitress"))
    print(f"written: {OUT / 'bench.json'}, {OUT / 'bench.svg'}")
    return 1 if any(line.met is False for line in lines) else 0


def _load(name: str, each: list[Load]) -> str:
    rate, p50, p99, cpu = (
        median(values) for values in zip(*((x.rate, x.p50, x.p99, x.cpu) for x in each), strict=True)
    )
    return f"{name:<24} {rate:>8.0f} requests/s   p50 {p50:>7.2f} ms   p99 {p99:>7.2f} ms   CPU {cpu:>5.0f} us each"


def _row(line: Line) -> str:
    value = "–" if line.value is None else f"{line.value:.2f} {line.unit}"
    goal = f"{'≥' if line.at_least else '≤'} {line.goal:.4g} {line.unit}"
    verdict = {True: "met", False: "MISSED", None: "not measured"}[line.met]
    return f"{line.what:<46} {value:>12}   goal {goal:<12} {verdict:<12} {line.note}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
