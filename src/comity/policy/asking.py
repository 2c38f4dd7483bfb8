"""Which rule each goal varies, and whether the goals of a scenario can be asked at all, whatever the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.errors import ScenarioError, UnknownName
from comity.policy.commitments import PurchaseCommitment
from comity.policy.goals import Goal, Pick
from comity.policy.instruments import Rule, instrument_of
from comity.policy.places import within
from comity.policy.quantities import Dollars
from comity.policy.schedule import Schedule
from comity.policy.setting import Setting
from comity.policy.stack import Placed
from comity.policy.wording import nearest


def varied(rules: Sequence[Placed]) -> dict[int, int]:
    """For each goal of a stack (by position) the position of the rule whose amount is its unknown.

    Raises:
        ScenarioError: a rule that is not in the stack, or cannot be varied; two goals for one unknown.
    """
    found: dict[int, int] = {}
    for position, placed in enumerate(rules):
        if isinstance(placed.rule, Goal):
            with within(*placed.place, "goal"):
                target = _target(rules, placed.rule)
                for other, taken in found.items():
                    _apart(rules[other], placed, same=taken == target)
                found[position] = target
    return found


def _apart(first: Placed, second: Placed, *, same: bool) -> None:
    """Refuse two goals for one unknown, and two goals about one outcome."""
    if same:
        with within("vary"):
            raise ScenarioError(
                f"{first.title} varies the same rule {second.rule.vary!r}: one unknown can meet one goal; name another "
                "rule, or drop one of the two"
            )
    keys = ("outcome", "of", "with_", "sectors")
    if all(getattr(first.rule, key) == getattr(second.rule, key) for key in keys):
        with within("outcome"):
            raise ScenarioError(
                f"{first.title} asks for the same {second.rule.outcome}: two goals need two outcomes; drop one of them"
            )


def _target(rules: Sequence[Placed], goal: Goal) -> int:
    with within("vary"):
        target = _position(rules, goal.vary)
        rule = rules[target].rule
        if isinstance(rule, Goal):
            raise ScenarioError(f"{goal.vary!r} is a goal itself: name the rule whose amount is to be found")
        held = _size_field(rule)
        if not held:
            title = rules[target].title
            if getattr(rule, "products", None) is not None:
                raise ScenarioError(
                    f"{title} covers what the table says of each exporter, which is no single amount: write a "
                    "`coverage` beside `products`, which is then the first guess"
                )
            raise ScenarioError(
                f"{title} has no single amount that could be found: name one that has, such as a tariff"
            )
    if goal.between is not None:
        with within("between"):
            _check_bounds(goal, rule, held)
    return target


def _size_field(rule: Rule) -> str:
    """The field that holds the size of a rule, a number or a schedule of them; empty if there is none."""
    sizes = ((key, getattr(rule, key)) for key in instrument_of(rule).amounts)
    return next((key for key, value in sizes if isinstance(value, float | Schedule)), "")


def _check_bounds(goal: Goal, rule: Rule, field: str) -> None:
    if isinstance(rule, PurchaseCommitment):
        raise ScenarioError(
            "leave `between` out: purchases are found between those without a commitment and the largest possible"
        )
    held = getattr(rule, field)
    money = isinstance(held.steps[0][1] if isinstance(held, Schedule) else held, Dollars)
    if goal.between and isinstance(goal.between[0], Dollars) != money:
        kind = instrument_of(rule).key
        raise ScenarioError(f"the amount of the {kind} is {'in US$' if money else 'a rate'}, and so are its bounds")


def _position(rules: Sequence[Placed], pick: Pick) -> int:
    if isinstance(pick, int):
        found = [i for i, placed in enumerate(rules) if placed.place == ("policies", pick)]
    else:
        found = [i for i, placed in enumerate(rules) if getattr(placed.rule, "name", None) == pick]
    if not found:
        known = [placed.rule.name for placed in rules if getattr(placed.rule, "name", None)]
        hint = nearest(pick, known) if isinstance(pick, str) else ""
        raise UnknownName(f"there is no rule {pick!r} here whose amount could be found{hint}")
    if len({rules[i].place for i in found}) < len(found):
        raise ScenarioError(
            f"{pick!r} covers another share of each exporter's product, so that with `nest` it has no single amount: "
            "name one product and one exporter, or leave `nest` out"
        )
    if len(found) > 1:
        raise ScenarioError(f"{len(found)} rules have the name {pick!r}: give the one to be varied a name of its own")
    return found[0]


def counterpart(setting: Setting, settings: Sequence[Setting], variant: str) -> Setting:
    """The setting of another variant that a goal compares with: its only one, or the one of this horizon and reading.

    Raises:
        ScenarioError: it has several, and not one that matches.
    """
    found = [other for other in settings if other.variant == variant]
    horizon = setting.closures.get("horizon")
    same = [o for o in found if o.closures.get("horizon") == horizon and o.reading in ("", setting.reading)]
    if len(found) > 1 and len(same) != 1:
        raise ScenarioError(
            f"{setting.name!r} has a goal that is the same as in {variant!r}, which is solved {len(found)} times "
            f"({'; '.join(other.name for other in found)}): give both the same horizons, and the same `nest` or none"
        )
    return (found if len(found) == 1 else same)[0]


def check_goals(policies: Sequence[Rule], variants: Mapping[str, Sequence[Placed]]) -> Iterator[ScenarioError]:
    """Every error in the goals of a scenario.

    Args:
        policies: the rules of the scenario.
        variants: the stack of each variant.
    """
    for name, rules in variants.items():
        try:
            varied(rules)
        except UnknownName as error:
            yield _left_out(policies, name, error)
        except ScenarioError as error:
            yield error
        yield from _same_as(name, rules, variants)
    yield from _circles(variants)


def _left_out(policies: Sequence[Rule], variant: str, error: ScenarioError) -> ScenarioError:
    """Say it when the rule is in the scenario but not in the variant."""
    everywhere = [Placed(rule, ("policies", position)) for position, rule in enumerate(policies)]
    place = getattr(error, "place", ())
    goal = next((p.rule for p in everywhere if p.place == place[:2] and isinstance(p.rule, Goal)), None)
    if goal is None:
        return error
    try:
        target = everywhere[_position(everywhere, goal.vary)]
    except ScenarioError:
        return error
    told = ScenarioError(
        f"variant {variant!r} leaves {target.title} out, whose amount the goal is to find: drop the goal too, or keep "
        "the rule"
    )
    told.place = place  # type: ignore[attr-defined]
    return told


def _same_as(name: str, rules: Sequence[Placed], variants: Mapping[str, Sequence[Placed]]) -> Iterator[ScenarioError]:
    for placed in rules:
        other = getattr(placed.rule, "same_as", None)
        if other is None or (other in variants and other != name):
            continue
        if other == name:
            error = ScenarioError(f"`same as` names its own variant {name!r}: name another one, or drop the goal there")
        else:
            known = ", ".join(map(repr, variants))
            error = UnknownName(f"there is no variant {other!r}{nearest(other, variants)} (variants: {known})")
        error.place = (*placed.place, "goal", "same as")  # type: ignore[attr-defined]
        yield error


def _circles(variants: Mapping[str, Sequence[Placed]]) -> Iterator[ScenarioError]:
    """An error for variants each of which waits for the other."""
    needs = {
        name: [p.rule.same_as for p in rules if getattr(p.rule, "same_as", None)] for name, rules in variants.items()
    }
    for name in variants:
        seen, ahead = {name}, list(needs[name])
        while ahead:
            other = ahead.pop()
            if other == name and len(seen) > 1:
                yield ScenarioError(
                    f"the goals of {' and '.join(map(repr, sorted(seen)))} wait for each other (`same as`)"
                )
                return
            if other in needs and other not in seen:
                seen.add(other)
                ahead += needs[other]
