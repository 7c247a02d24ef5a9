"""The benchmark: every bot and mode in one run, and the ratios as its last line.

python3 dev.py bench [--only ours] [--mode w1] [--reps 1] [--users 50] ...
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.verdict import verdict

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 900  # seconds for one measured process
FEW, MANY = 100, 100_000
CALLBACKS = "callbacks"


@dataclass(frozen=True, slots=True)
class Run:
    """One process to measure."""

    bot: str
    variant: str
    mode: str
    options: dict[str, int] = field(default_factory=dict)
    again: bool = False  # worth several repetitions
    flags: tuple[str, ...] = ()


def plan(parked: int) -> Iterator[Run]:
    """Name everything that is measured, those to be compared close together."""
    redis, memory = "redis+lock+fast", "memory+lock+fast"
    others = (
        ("floor", "full"),
        ("floor", "dict"),
        ("aiogram", redis),
        ("aiogram", memory),
        ("telegram", "memory"),
    )
    for bot, variant in (others[0], ("ours", ""), *others[1:]):
        yield Run(bot, variant, "w1", again=True)
    for bot, variant in (*others, ("ours", "")):
        yield Run(bot, variant, "service", {"turns": 2})
        yield Run(bot, variant, "race")
    for flags in (("--twice",), ("--shared",), ("--shared", "--twice")):
        yield Run("ours", "", "race", flags=flags)
    for count in (FEW, parked):
        yield Run("ours", "", "idle", {"parked": count})


def main() -> int:
    """Run what was asked for."""
    given = parser().parse_args()
    lines: list[dict[str, Any]] = []
    for run in plan(given.parked):
        if given.only not in (None, run.bot) or given.mode not in (None, run.mode):
            continue
        for _ in range(given.reps if run.again else 1):
            line = measured(run, given)
            print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201
            lines.append(line)
    told = verdict(lines)
    if given.only in (None, "ours") and given.mode in (None, CALLBACKS):
        told |= called(given)
    print(json.dumps(told, ensure_ascii=False), flush=True)  # noqa: T201
    right = all(line.get("ok", False) for line in lines if line["bot"] == "ours")
    return 0 if right and told.get("callbacks_ok", True) else 1


def called(given: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark of the callbacks, which measures two processes side by side."""
    options = [f"--rounds={given.reps}", f"--folder={given.folder}"]
    options += [f"--people={given.users}"] if given.users else []
    command = [sys.executable, "-m", "tests.bench.callbacks", *options]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN, check=False
        )
    except subprocess.TimeoutExpired:
        return {"callbacks_ok": False, "error": f"not done within {WITHIN} s"}
    *lines, last = done.stdout.splitlines() or [""]
    for line in lines:
        print(line, flush=True)  # noqa: T201
    try:
        told: dict[str, Any] = json.loads(last)
    except ValueError:
        return {"callbacks_ok": False, "error": done.stderr.strip()[-500:]}
    return told


def measured(run: Run, given: argparse.Namespace) -> dict[str, Any]:
    """Run one process and read its line."""
    python = sys.executable if run.bot == "ours" else given.others
    what = {"bot": run.bot, "variant": run.variant, "mode": run.mode}
    if python is None:
        return {**what, "ok": False, "error": "no environment with the other bots"}
    command = [python, "-m", "tests.bench.child", *words(run, given)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN, check=False
        )
    except subprocess.TimeoutExpired:
        return {**what, "ok": False, "error": f"not done within {WITHIN} s"}
    if done.returncode:
        return {**what, "ok": False, "error": done.stderr.strip()[-500:]}
    line: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return line


def words(run: Run, given: argparse.Namespace) -> Sequence[str]:
    """Spell the options of one process."""
    options: dict[str, Any] = {"users": given.users, "turns": given.turns, **run.options}
    if given.turns is not None:
        options["turns"] = given.turns
    spelt = [f"--{name}={value}" for name, value in options.items() if value is not None]
    spelt += [f"--core={given.core}", f"--folder={given.folder}"]
    return [
        run.bot,
        *([run.variant] if run.variant else []),
        "--mode",
        run.mode,
        *spelt,
        *run.flags,
    ]


def parser() -> argparse.ArgumentParser:
    """Describe the options."""
    made = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    made.add_argument("--others", help="the Python that has the other bots")
    made.add_argument("--only", choices=("ours", "floor", "aiogram", "telegram"))
    made.add_argument("--mode", choices=("w1", "service", "idle", "race", CALLBACKS))
    made.add_argument("--reps", type=int, default=3, help="of w1; its median counts")
    made.add_argument("--users", type=int)
    made.add_argument("--turns", type=int, help="conversations of each person")
    made.add_argument("--parked", type=int, default=MANY, help="open conversations of `idle`")
    made.add_argument("--core", type=int, default=0, help="to measure on; -1 = any")
    made.add_argument("--folder", default=str(ROOT / "data"), help="for the databases")
    return made


if __name__ == "__main__":
    sys.exit(main())
