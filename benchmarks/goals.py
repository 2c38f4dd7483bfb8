"""How long the inverse question takes: in a running process, beside bisection and the secant method, and as a command.

    python benchmarks/goals.py

What uniform US tariff halves Japan's surplus with the United States in goods, and what would Japan's purchases of US
farm goods and food have to be? The other ways know no derivative: they only solve the model at one amount after the
other, to the same tolerance. Two minutes.
"""

from __future__ import annotations

import os
import resource
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from command_line import seconds
from machine import describe, shortest
from rich.console import Console
from rich.table import Table
from scipy.optimize import root_scalar

from comity.model import Closures, Outcome, run, solve
from comity.model.counterfactual import problem
from comity.model.goals import Task
from comity.model.newton import CLOSED
from comity.policy import Scenario
from comity.policy.setting import Setting
from comity.world import World, load_world

ASKED = "goal: {vary: it, outcome: goods balance, of: Japan, with: USA, change: -50%}"
QUESTIONS = {
    "uniform US tariff": "tariff: {name: it, by: USA, on: all, sectors: goods, add: 10%}",
    "farm purchases": "purchase commitment: {name: it, buyer: Japan, seller: USA, sectors: [agriculture, food], "
    "value: US$20bn}",
}
TARGET, REPEATS, SPAN = 2.0, 3, 15.0
COMMAND = "comity run, warm cache"


def text(rule: str) -> str:
    """The scenario file of a question."""
    return f"policies:\n  - {rule}\n  - {ASKED}\n"


def plain(world: World, scenario: Scenario, method: str) -> tuple[float, int]:
    """The unknown (a tariff, a subsidy) by a method without derivatives, and how many times it solved the model."""

    def certified(setting: Setting) -> Outcome:
        return replace(run(problem(world, setting.shock, Closures(**setting.closures))), setting=setting)

    task = Task(scenario.settings(world)[0], certified, {})
    guess = task.conditions[0].lever.amount

    def gap(x: float) -> float:
        trial = task.evaluate(np.array([x]))
        # a derivative-free method has no other way to know that it may stop
        return 0.0 if trial is not None and trial.size <= CLOSED else float(trial.gaps[0])  # type: ignore[union-attr]

    if method == "bisection":
        found = root_scalar(gap, bracket=(0.0, 0.9), method="bisect", xtol=1e-15, rtol=1e-14)
    else:
        found = root_scalar(gap, x0=guess, x1=guess + 0.01, method="secant", xtol=1e-15, rtol=1e-14)
    return float(found.root), task.solves


def in_process(world: World) -> Table:
    """Each question by its goal and by the others, in turns."""
    heads = ("found", "solves", "ms", "target, ms", "secant", "bisection")
    table = Table("question", *heads, title="In a running process, 2022, 24 x 34")
    for name, rule in QUESTIONS.items():
        scenario = Scenario.from_text(text(rule))
        found = solve(world, scenario).found[0]
        ways = [lambda s=scenario: solve(world, s)]
        ways += [lambda s=scenario, m=method: plain(world, s, m) for method in ("secant", "bisection")]
        ours, *others = shortest(ways, SPAN)
        counts = [plain(world, scenario, method)[1] for method in ("secant", "bisection")]
        cells = [f"{count} solves, x {other / ours:.1f}" for count, other in zip(counts, others, strict=True)]
        amount = f"{found.amount:.4g} {found.amount_unit}"
        table.add_row(name, amount, str(found.solves), f"{1000 * ours:.0f}", f"{1000 * TARGET:g}", *cells)
    return table


def processor() -> float:
    """Processor time of all commands so far, seconds: what other work on the machine lengthens least."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def as_commands() -> Table:
    """The same as `comity run FILE`, beside a scenario without a goal."""
    table = Table("command", "seconds", "CPU seconds", "target, seconds", "CPU over that of cars")
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as folder:
        commands = {"cars": ("run", "cars")}
        for name, rule in QUESTIONS.items():
            path = Path(folder) / f"{name.replace(' ', '-')}.yaml"
            path.write_text(text(rule), encoding="utf-8")
            commands[name] = ("run", str(path))
        for command in commands.values():
            seconds(cache, *command)
        best = dict.fromkeys(commands, (np.inf, np.inf))
        for _ in range(REPEATS):  # in turns, so that all meet the same machine
            for name, command in commands.items():
                before = processor()
                wall = seconds(cache, *command)
                best[name] = (min(best[name][0], wall), min(best[name][1], processor() - before))
    for name, (wall, cpu) in best.items():
        target = f"{TARGET:g}" if name in QUESTIONS else ""
        table.add_row(f"{name}: {COMMAND}", f"{wall:.1f}", f"{cpu:.1f}", target, f"x {cpu / best['cars'][1]:.2f}")
    return table


def main() -> None:
    """Print both tables."""
    for name in [name for name in os.environ if name.startswith("JAX_")]:
        del os.environ[name]  # a cache of the shell's own would be found by the commands
    console = Console()
    console.print(describe())
    console.print(in_process(load_world("2022", preset="us-japan")))
    console.print(as_commands())


if __name__ == "__main__":
    main()
