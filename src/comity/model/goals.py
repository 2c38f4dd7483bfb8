"""The inverse question: amounts such that outcomes are as goals ask, and subsidies such that purchases are made.

Unknowns are the amounts of the rules that goals vary and the import subsidies of purchase commitments. To each belongs
a condition: the goal's outcome is at its target, ``(value - target) / size = 0``; or the purchase is made or exceeded,
``0 <= s``, ``ln(M / V) >= 0`` and one of them zero, with M the border value and V the value promised. They are solved
jointly by Newton's method with exact derivatives through the equilibrium (`comity.model.accounts.push`).

A goal that varies a purchase commitment varies its subsidy directly: the value promised is then what is bought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import jax
import numpy as np

from comity.errors import ComityError, ScenarioError, SolveError, Unreachable
from comity.model.accounts import Accounts, accounts_of, baseline_accounts, push
from comity.model.economy import policy
from comity.model.found import Found, shown
from comity.model.newton import CLOSED, POINTS, Trial, least, newton, search
from comity.model.outcome import Outcome
from comity.model.purchases import purchase
from comity.model.readings import Reading, border_value, reading
from comity.policy import levers
from comity.policy.asking import varied
from comity.policy.commitments import PurchaseCommitment, commitment_cells, promised
from comity.policy.goals import Goal, described, goal_sectors
from comity.policy.levers import Lever, moved
from comity.policy.nesting import same_goods
from comity.policy.nominal import to_year
from comity.policy.places import within
from comity.policy.quantities import Dollars
from comity.policy.setting import Setting
from comity.world.world import Floats

SMALLEST = {"%": 1.0, "US$ bn": 1e-5}
"""One percentage point, or 0.001% of world factor income (some US$ 1 bn): smaller targets are met as exactly."""

TINY = 1e-300
"""US$ bn: stands for nothing where a log is taken."""

Solve = Callable[[Setting], Outcome]


@dataclass(frozen=True, eq=False)
class Condition:
    """One unknown and what decides it.

    Attributes:
        lever: the amount that is found.
        rule: the goal, or the purchase commitment.
        position: of that rule in the setting.
        reading: the outcome.
        baseline, target: of the outcome, as shown.
        size: what a gap is divided by.
    """

    lever: Lever
    rule: Goal | PurchaseCommitment
    position: int
    reading: Reading
    baseline: float
    target: float
    size: float

    @property
    def floor(self) -> bool:
        """Whether it is complementary to its unknown."""
        return isinstance(self.rule, PurchaseCommitment)

    def gap(self, value: float) -> float:
        """How far a value is from the target; of a purchase in logs."""
        return float(np.log(max(value, TINY) / self.target)) if self.floor else (value - self.target) / self.size

    def gap_slope(self, value: float, slope: float) -> float:
        """Derivative of the gap, given that of the value."""
        return slope / max(value, TINY) if self.floor else slope / self.size


@dataclass(frozen=True, eq=False)
class Seen:
    """A setting at some amounts and its outcome."""

    setting: Setting
    outcome: Outcome


class Task:
    """The conditions of a setting as functions of its unknowns; counts the equilibria that it solves."""

    def __init__(self, setting: Setting, solve: Solve, others: Mapping[str, Outcome]) -> None:
        self.setting, self.solve, self.solves = setting, solve, 0
        self.trouble: ComityError | None = None
        self.first = self._seen(setting)
        self.conditions = tuple(_conditions(setting, self.first.outcome, others))
        self.low = np.array([c.lever.low for c in self.conditions])
        self.high = np.array([c.lever.high for c in self.conditions])

    def _seen(self, setting: Setting) -> Seen:
        self.solves += 1
        return Seen(setting, self.solve(setting))

    @cached_property
    def floor(self) -> np.ndarray:
        """Which conditions are complementary to their unknown ``[m]``."""
        return np.array([c.floor for c in self.conditions], dtype=bool)

    def begin(self) -> Trial:
        """The amounts as written."""
        return self._trial(np.array([c.lever.amount for c in self.conditions]), self.first)

    def evaluate(self, x: Floats) -> Trial | None:
        """The gaps at some amounts; None where there is no equilibrium or the amounts have no meaning."""
        amounts = {c.lever.position: float(amount) for c, amount in zip(self.conditions, x, strict=True)}
        try:
            return self._trial(x, self._seen(moved(self.setting, amounts)))
        except (ScenarioError, SolveError) as error:
            self.trouble = error
            return None

    def _trial(self, x: Floats, seen: Seen) -> Trial:
        now = accounts_of(seen.outcome)
        return Trial(x, np.array([c.gap(c.reading.value(now)) for c in self.conditions]), self.floor, seen)

    def slopes(self, trial: Trial) -> Floats:
        """Derivative of each gap by each unknown ``[m, m]``, exact through the equilibrium."""
        o, now = trial.seen.outcome, accounts_of(trial.seen.outcome)
        columns = []
        for c, amount in zip(self.conditions, trial.x, strict=True):
            moves = derivative(trial.seen.setting, o, replace(c.lever, amount=float(amount)))
            columns.append([d.gap_slope(d.reading.value(now), d.reading.slope(moves)) for d in self.conditions])
        return np.array(columns).T


def derivative(setting: Setting, o: Outcome, of: Lever) -> Accounts:
    """The derivative of the accounts of an outcome by the amount of a rule."""
    here, change = levers.slope(setting, of)
    rules = replace(o.rules, export_taxes=o.rules.export_taxes or bool(change.export_tax.any()))
    at, direction = policy(here, o.unit), policy(change, o.unit)
    moves: Accounts = jax.device_get(push(o.economy, at, rules, o.state, direction))
    return moves


def meet(setting: Setting, solve: Solve, others: Mapping[str, Outcome]) -> Outcome:
    """The outcome at the amounts that meet a setting's goals and commitments; it says what was found.

    Args:
        setting: with the amounts as written, the first guesses.
        solve: a certified outcome for a setting without regard to its goals.
        others: outcomes of the variants that `same as` names.

    Raises:
        Unreachable: no amount meets them; with the closest.
        ScenarioError: a goal that has no meaning in this world.
        SolveError: no equilibrium at the first guesses.
    """
    task = Task(setting, solve, others)
    trial = _solved(task)
    if trial.size > CLOSED:
        raise Unreachable(_closest(task, trial))
    trial = _written_in(task, trial)
    seen: Seen = trial.seen
    without = _without_commitments(task, seen)
    found = tuple(_found(task, c, trial) for c in task.conditions if not c.floor)
    bought = tuple(
        purchase(seen.setting, seen.outcome, without.outcome, position)
        for position, _ in levers.commitments(seen.setting)
    )
    notes = (*seen.outcome.notes, *(f.sentence() for f in found), *(p.sentence() for p in bought))
    return replace(seen.outcome, notes=notes, found=found, bought=bought)


def _solved(task: Task) -> Trial:
    trial = newton(task.evaluate, task.slopes, task.begin(), task.low, task.high)
    if trial.size <= CLOSED:
        return trial
    if len(trial.x) == 1:
        return search(task.evaluate, trial, task.conditions[0].lever.spread(POINTS))
    trial = least(task.evaluate, task.slopes, trial, task.low, task.high)
    return newton(task.evaluate, task.slopes, trial, task.low, task.high)


def _without_commitments(task: Task, seen: Seen) -> Seen:
    """The same amounts without any import subsidy: what commitments are measured against."""
    paid = {position: 0.0 for position, subsidy in seen.setting.subsidies.items() if subsidy}
    return task._seen(moved(seen.setting, paid)) if paid else seen


def _conditions(setting: Setting, o: Outcome, others: Mapping[str, Outcome]) -> list[Condition]:
    """One for each goal, then one for each commitment that no goal varies."""
    wanted = varied(setting.rules)
    found = []
    for position, goal in levers.goals(setting):
        with within(*setting.rules[position].place, "goal"):
            found.append(_goal(setting, position, wanted[position], goal, o, others))
    for position, rule in levers.commitments(setting):
        if position not in wanted.values():
            found.append(_commitment(setting, position, rule, o))
    return found


def _goal(
    setting: Setting, position: int, unknown: int, goal: Goal, o: Outcome, others: Mapping[str, Outcome]
) -> Condition:
    lever = levers.lever(setting, unknown)
    assert lever is not None, "`varied` refuses rules without an amount"
    if goal.between is not None:
        low, high = map(float, goal.between)
        if not low <= lever.amount <= high:
            with within("between"):
                raise ScenarioError(f"the amount as written in {lever.title} lies outside: it is the first guess")
        lever = lever.within(low, high)
    read = reading(goal, setting.scope, o)
    baseline = read.value(baseline_accounts(o))
    target = _target(goal, setting, read, baseline, others)
    smallest = SMALLEST[read.unit] * (read.factor if read.unit != "%" else 1.0)
    return Condition(lever, goal, position, read, baseline, target, max(abs(target), abs(baseline), smallest))


def _target(goal: Goal, setting: Setting, read: Reading, baseline: float, others: Mapping[str, Outcome]) -> float:
    if goal.same_as is not None:
        other = others[goal.same_as]
        there = setting.scope if other.setting is None else other.setting.scope
        if goal.sectors is not None:  # a `nest` may have cut them in one of the two worlds
            codes = [setting.world.sectors[j] for j in np.flatnonzero(goal_sectors(setting.scope, goal))]
            goal = replace(goal, sectors=same_goods(codes, there.world))
        return reading(goal, there, other).value(accounts_of(other))
    value = goal.is_ if goal.is_ is not None else goal.change
    assert value is not None, "one of three ways is given"
    if isinstance(value, Dollars):
        amount = float(value) / 1000 * to_year(goal.dollars, setting.world.year)
        return amount if goal.is_ is not None else baseline + amount
    if read.unit == "%":
        return 100 * float(value)
    if baseline == 0:
        with within("change"):
            raise ScenarioError(f"{goal.outcome} is zero in the baseline, and a per cent of it too: write `is`, in US$")
    return baseline * (1 + float(value))


def _commitment(setting: Setting, position: int, rule: PurchaseCommitment, o: Outcome) -> Condition:
    lever = levers.lever(setting, position)
    assert lever is not None, "a commitment has a lever"
    read = border_value(commitment_cells(setting.scope, rule), o.unit)
    baseline = read.value(baseline_accounts(o))
    target = promised(setting.scope, rule) / 1000 + (baseline if rule.add is not None else 0.0)
    if target > 0 and not read.value(accounts_of(o)) > 0:
        with within(*setting.rules[position].place, "purchase commitment"):
            raise ScenarioError(
                f"{lever.title} asks for purchases of {shown(target, read.unit)}, and other rules end all of this "
                "trade: no subsidy brings it back; leave a part of it, or drop one of them"
            )
    # a promise of nothing is kept by any purchase; the log of its ratio is defined all the same
    return Condition(lever, rule, position, read, baseline, max(target, TINY), 1.0)


def _found(task: Task, c: Condition, trial: Trial) -> Found:
    seen: Seen = trial.seen
    assert isinstance(c.rule, Goal), "only goals find amounts"
    varied_rule = seen.setting.rules[c.lever.position].rule
    amounts = [levers.amount_of(s.rules[c.lever.position].rule) for s in (seen.setting, task.setting)]
    (_, amount), (_, guess) = (held for held in amounts if held is not None)
    money = c.lever.unit == "US$" or c.lever.field == levers.SUBSIDY
    scale, unit = (1e-3, "US$ bn") if money else (100.0, "%")
    return Found(
        goal=seen.setting.rules[c.position].label,
        rule=c.lever.title,
        amount=scale * amount,
        amount_unit=unit,
        first_guess=scale * guess,
        dollars=(getattr(varied_rule, "dollars", None) or seen.setting.world.year) if money else None,
        outcome=described(c.rule),
        target=c.target,
        reached=c.reading.value(accounts_of(seen.outcome)),
        baseline=c.baseline,
        outcome_unit=c.reading.unit,
        solves=task.solves,
    )


def _written_in(task: Task, trial: Trial) -> Trial:
    """The trial with the purchases that were found written into the commitments that goals vary."""
    seen: Seen = trial.seen
    rules = list(seen.setting.rules)
    for c in task.conditions:
        placed = rules[c.lever.position]
        if c.lever.field == levers.SUBSIDY and not c.floor:
            read = border_value(commitment_cells(seen.setting.scope, placed.rule), seen.outcome.unit)
            bought = read.value(accounts_of(seen.outcome))
            bought -= read.value(baseline_accounts(seen.outcome)) if placed.rule.add is not None else 0.0
            scale = to_year(placed.rule.dollars, seen.setting.world.year)
            field = "add" if placed.rule.add is not None else "value"
            rules[c.lever.position] = replace(placed, rule=levers.resized(placed.rule, field, 1000 * bought / scale))
    setting = replace(seen.setting, rules=tuple(rules))
    return replace(trial, seen=Seen(setting, replace(seen.outcome, setting=setting)))


def _amount(c: Condition, amount: float) -> str:
    return shown(amount / 1000, "US$ bn") if c.lever.unit == "US$" else shown(100 * amount, "%")


def _closest(task: Task, trial: Trial) -> str:
    """Why no amount will do: what was asked, and the closest that was found, at which amounts."""
    seen: Seen = trial.seen
    now, parts = accounts_of(seen.outcome), []
    for c, x, residual in zip(task.conditions, trial.x, trial.residual, strict=True):
        amount = _amount(c, float(x))
        reached, target = shown(c.reading.value(now), c.reading.unit), shown(c.target, c.reading.unit)
        if isinstance(c.rule, PurchaseCommitment):
            if abs(residual) > CLOSED:
                with_it = f"with an import subsidy of {amount}"
                most = (
                    f"the largest that was reached is {reached} ({with_it}, beyond which there is no equilibrium with "
                    "positive spending)"
                )
                beside = f"there it is {reached} ({with_it})"  # beside goals the closest to all of them is no largest
                parts.append(f"{c.lever.title} asks for purchases of {target}; {most if all(task.floor) else beside}")
            continue
        ends = " and ".join(_amount(c, end) for end in (c.lever.low, c.lever.high))
        parts.append(
            f"{described(c.rule)} is to be {target}; the closest that was reached is {reached}, with {c.lever.title} "
            f"at {amount} (looked between {ends})"
        )
    missed = next(c for c, gap in zip(task.conditions, trial.residual, strict=True) if abs(gap) > CLOSED)
    place = task.setting.origin.describe(task.setting.rules[missed.position].place)
    where = f"{place}: {setting_name(task.setting)}"
    return f"{where}no amount brings about what is asked: {'; '.join(parts)}. Ask for less, or vary another rule"


def setting_name(setting: Setting) -> str:
    """The variant in front of a message; nothing when there is only one."""
    return "" if setting.name == "scenario" else f"variant {setting.name!r}: "
