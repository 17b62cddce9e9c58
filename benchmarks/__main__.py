"""``make bench``: measure every budget, print the ratios; exit 5 where one is missed."""

import argparse
import importlib
import sys

BENCHMARKS = (
    "command_help", "score_in_hand", "score_opportunities", "score_elsewhere", "stage_move", "scoped_reads",
    "won_by_month", "funnel_moves", "pay_run", "import_opportunities",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the budgets as paired ratios."
    )
    parser.add_argument(
        "names", nargs="*", choices=[[], *BENCHMARKS], default=[], help="which ones; all by default"
    )
    parser.add_argument(
        "--rows",
        type=int,
        default=1_000_000,
        help="opportunities to import and report on (default 1,000,000)",
    )
    given = parser.parse_args()
    missed = 0
    for name in given.names or BENCHMARKS:
        module = importlib.import_module(f"benchmarks.{name}")
        for result in module.measure(given.rows):
            print(f"{result.work}\n  floor: {result.floor}\n  {result}")
            print(f"  ours {result.ours_seconds:.6f} s, floor {result.floor_seconds:.6f} s")
            if result.note:
                print(f"  {result.note}")
            missed += not result.holds
            sys.stdout.flush()
    if missed:
        raise SystemExit(5)


if __name__ == "__main__":
    main()
