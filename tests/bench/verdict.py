"""What the lines of one run say together: ratios, which carry over to other machines."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

Line = Mapping[str, Any]

REFERENCE = "redis+lock+fast"


def verdict(lines: Sequence[Line]) -> dict[str, Any]:
    """Compare ours with the floor and with aiogram; None stands for what was not measured."""
    ours, floor = pick(lines, "ours", "w1"), pick(lines, "floor", "w1", "full")
    aiogram = pick(lines, "aiogram", "w1", REFERENCE)
    races = pick(lines, "ours", "race")
    idle = sorted(pick(lines, "ours", "idle"), key=lambda line: int(line["parked"]))
    return {
        "cpu_vs_floor_full": ratio(middle(ours, "cpu_us"), middle(floor, "cpu_us")),
        "throughput_vs_aiogram": ratio(middle(ours, "per_s"), middle(aiogram, "per_s")),
        "p99_vs_p50": ratio(middle(ours, "p99_us"), middle(ours, "p50_us")),
        "first_reply_p99_vs_p50": ratio(middle(ours, "first_p99_us"), middle(ours, "first_p50_us")),
        "race_right": share(line for line in races if not line.get("processes")),
        "race_right_two_processes": share(line for line in races if line.get("processes")),
        "idle_cost_ratio": ratio(idle[-1]["cpu_us"], idle[0]["cpu_us"]) if idle else None,
        "idle_p50_ratio": ratio(idle[-1]["p50_us"], idle[0]["p50_us"]) if idle else None,
        "idle_parked": idle[-1]["parked"] if idle else None,
        "rss_idle_mb": idle[0]["rss_idle_mb"] if idle else None,
        "rows_ok": all(line.get("rows_ok", False) for line in lines if line["bot"] == "ours"),
    }


def pick(lines: Sequence[Line], bot: str, mode: str, variant: str = "") -> list[Line]:
    """Return the lines that count: a bot that lost a form was not measured."""
    return [
        line
        for line in lines
        if (line["bot"], line["mode"], line["variant"]) == (bot, mode, variant)
        and (line.get("ok") or (mode == "race" and "right" in line))
    ]


def middle(lines: Sequence[Line], name: str) -> float | None:
    """Return the median of a figure."""
    return median(line[name] for line in lines) if lines else None


def ratio(one: float | None, other: float | None) -> float | None:
    """Divide, where both were measured."""
    return round(one / other, 2) if one is not None and other else None


def share(races: Iterable[Line]) -> float | None:
    """Return the share of right forms in the worst race."""
    shares = [line["right"] / line["users"] for line in races]
    return round(min(shares), 4) if shares else None
