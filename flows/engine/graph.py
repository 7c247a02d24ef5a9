"""A flow as a picture, and which of its steps a run has asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from flows.engine.flow import Flow, Step
from flows.engine.words import Event

_ALWAYS = next(field.default for field in fields(Step) if field.name == "when")


def asked_steps(events: Iterable[Event]) -> frozenset[str]:
    """Return the steps that were asked."""
    return frozenset(event.step for event in events if event.what == "asked" and event.step)


def uncovered(flow: Flow[Any, Any], events: Iterable[Event]) -> frozenset[str]:
    """Return the steps never asked, and the switches never flipped."""
    entries = tuple(events)
    asked = asked_steps(entries)
    answered = {event.step for event in entries if event.what == "answered"}
    return frozenset(
        step.field for step in flow.steps if step.field not in (answered if step.switch else asked)
    )


def mermaid(flow: Flow[Any, Any]) -> str:
    """Draw the order of the questions as a Mermaid flowchart."""
    lines = ["flowchart TD", f'    start(["{flow.name}"])']
    exits = [("start", "")]
    for step in flow.steps:
        if step.switch:
            continue
        lines.append(f"    {_node(step)}")
        if step.when is not _ALWAYS:
            lines.append(f'    if_{step.field}{{"{step.field}?"}}')
            lines += _edges(exits, f"if_{step.field}")
            exits = [(f"if_{step.field}", "yes")]
        lines += _edges(exits, f"step_{step.field}")
        exits = [(f"step_{step.field}", "")]
        if step.when is not _ALWAYS:
            exits.append((f"if_{step.field}", "no"))
    if flow.review:
        switches = ", ".join(step.field for step in flow.steps if step.switch)
        shown = f"review<br/>{switches}" if switches else "review"
        lines.append(f'    review[["{shown}"]]')
        lines += _edges(exits, "review")
        lines.append("    review -->|edit| start")
        exits = [("review", "confirm")]
    lines.append('    submitted(["submitted"])')
    lines += _edges(exits, "submitted")
    return "\n".join(lines) + "\n"


def _node(step: Step[Any]) -> str:
    traits = [name for name in ("optional", "alone", "gathers", "grows") if getattr(step, name)]
    text = f"{step.field}<br/>{', '.join(traits)}" if traits else step.field
    return f'step_{step.field}["{text}"]'


def _edges(exits: Iterable[tuple[str, str]], target: str) -> list[str]:
    return [
        f"    {origin} -->|{why}| {target}" if why else f"    {origin} --> {target}"
        for origin, why in exits
    ]
