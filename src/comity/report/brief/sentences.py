"""What charts find and what numbers mean, in plain sentences with numbers rounded to what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from comity.claims.quoting import Number
from comity.claims.results import Answer
from comity.model.explanation import Explanation
from comity.report.brief.views import View
from comity.report.rounding import dollars, place, rounded, signed

LEAST = 5e-3
"""US$ bn: a change that is smaller is none worth a word."""
MOST = 4
TOLD = 3
"""Numbers of a chart in the text that stands for it."""
SMALL = 0.01
"""Of a change: what moves it by less is not worth a sentence."""
BN, POINTS = "US$ bn", "percentage points"
ARTICLE = ("United", "European Union", "Netherlands", "Philippines", "Rest", "Czech R")
CHANNELS = {
    "terms of trade": "terms of trade",
    "volume": "the volume of taxed trade",
    "variety": "sources that are lost",
    "iceberg": "costs of trade",
    "productivity": "productivity",
    "scale": "economies of scale",
    "factors": "factor supply",
    "transfers": "transfers",
    "imbalances": "imbalances",
    "public absorption": "public purchases",
    "subsidies": "subsidies",
}


def the(name: str) -> str:
    """A region's name as it stands in a sentence.

    >>> the("United States"), the("Japan"), the("Rest of the world")
    ('the United States', 'Japan', 'the rest of the world')
    """
    if not name.startswith(ARTICLE):
        return name
    return f"the {name[0].lower()}{name[1:]}" if name.startswith("Rest") else f"the {name}"


def capital(sentence: str) -> str:
    """With a capital at the beginning."""
    return sentence[:1].upper() + sentence[1:]


def size(value: float, unit: str) -> str:
    """A number without its sign."""
    return rounded(abs(value), unit=unit)


def loses_dollars(value: float, low: float | None = None, high: float | None = None) -> str:
    """A gain or loss in US$ billion as a verb with its object.

    >>> loses_dollars(-3.66), loses_dollars(0.62), loses_dollars(0.0004)
    ('loses US$ 3.7 bn', 'gains US$ 0.62 bn', 'gains or loses less than US$ 0.005 bn')
    """
    if abs(value) < LEAST:
        return f"gains or loses less than US$ {LEAST} bn"
    return f"{gains_or_loses(value)} {dollars(abs(value), low, high)}"


def gains_or_loses(value: float) -> str:
    """The word for a sign."""
    return "gains" if value > 0 else "loses"


def listed(words: Sequence[str]) -> str:
    """Words in a row.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def sides(view: View) -> tuple[str, str]:
    """Who gains and who loses most, with US$ bn a year; per cent where it is more than a trifle."""
    order = sorted(view.worth, key=lambda code: -view.worth[code])
    up = [code for code in order if view.worth[code] > LEAST][:MOST]
    down = [code for code in reversed(order) if view.worth[code] < -LEAST][:MOST]
    return _some(view, up), _some(view, down)


def _some(view: View, codes: Sequence[str]) -> str:
    if not codes:
        return "Nobody by more than US$ 0.005 bn a year."
    return capital(listed([f"{the(view.names[c])} ({_both(view, c)})" for c in codes])) + "."


def _both(view: View, code: str) -> str:
    """In US$, and in per cent where that is not next to nothing."""
    percent = size(view.income[code], "%")
    return dollars(abs(view.worth[code])) + (f", {percent}%" if percent != "0" else "")


def inside(view: View) -> str:
    """Which sectors of the region in focus gain and lose, in real value added."""
    up = [f"{name} ({signed(value, unit=BN)})" for name, value in view.sectors[:2] if value > LEAST]
    down = [f"{name} ({signed(value, unit=BN)})" for name, value in view.sectors[:-3:-1] if value < -LEAST]
    if not up and not down:
        return ""
    lose = f"value added falls most in {listed(down)}" if down else ""
    rise = f"rises most in {listed(up)}" if up else ""
    moves = f"{lose} and {rise}" if lose and rise else lose or f"value added {rise}"
    return f"Inside {the(view.name)} {moves}, US$ bn a year."


def drivers(view: View) -> str:
    """What makes up the change of real income of the region in focus."""
    found = view.explanation
    if found is None:
        return f"It could not be split: {view.unexplained}" if view.unexplained else ""
    parts = sorted(found.channels, key=lambda part: -abs(part.points))
    whole = found.real_income_pct
    shown = [part for part in parts if abs(part.points) >= 0.02 * max(abs(p.points) for p in parts)]
    words = [f"{CHANNELS[part.name]} {signed(part.points, unit=POINTS)}" for part in shown]
    return f"Real income of {the(view.name)} changes by {signed(whole, unit='%')}%: {listed(words)} percentage points."


def sensitive(found: Explanation, region: str) -> str:
    """The parameter that matters most, in a sentence; empty without one."""
    rows = [row for row in found.sensitivity if not row.parameter.startswith("tariff change")]
    if not rows:
        return ""
    top = rows[0]
    if abs(top.points_per_tenth) < SMALL * abs(found.real_income_pct):
        return f"No elasticity that is a tenth larger would move this change of {the(region)} by a hundredth."
    return (
        f"If the {_parameter(top.parameter)} ({rounded(top.value)}) were a tenth larger, real income of {the(region)} "
        f"would change by {signed(top.points_per_tenth, unit=POINTS)} percentage points more."
    )


def _parameter(name: str) -> str:
    kind, _, sector = name.partition(", ")
    return f"{kind} of {sector[:1].lower()}{sector[1:]}" if sector else kind


def spread(values: Mapping[str, float], what: str, ends: Mapping[str, tuple[float, float]] | None = None) -> str:
    """The range of a number over scenarios, with the names of the first and last; empty with one scenario.

    Args:
        values: by scenario.
        what: the number is, in words.
        ends: intervals by scenario, by which it is rounded.
    """
    if len(values) < 2:
        return ""
    low, high = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    least, most = (dollars(values[name], *(ends or {}).get(name, (None, None))) for name in (low, high))
    if least == most:
        return f"Over the scenarios here {what} is about {least} a year in each."
    return f"Over the scenarios here {what} goes from {least} ({low}) to {most} ({high}) a year."


def other_world(world: str, now: float, here: float, unit: str) -> str:
    """The same number on another world."""
    was, is_ = amount(here, unit), amount(now, unit)
    return f"With the data of {world} it is {'the same' if is_ == was else f'{is_} instead of {was}'}."


def amount(value: float, unit: str, low: float | None = None, high: float | None = None) -> str:
    """A number with its unit, rounded by its interval where there is one.

    >>> amount(-3.66, "US$ bn"), amount(4.51, "%")
    ('−US$ 3.7 bn', '4.5%')
    """
    if unit == BN:
        return dollars(value, low, high)
    return f"{rounded(value, low, high, unit)}{'' if unit == '%' else ' '}{unit}"


def largest(values: Iterable[tuple[str, float]], unit: str) -> str:
    """The three largest numbers of a chart, for those who do not see it.

    >>> largest([("Japan", -3.66), ("Korea", 0.62), ("China", 4.1), ("India", 0.1)], "US$ bn")
    'Largest: China US$ 4.1 bn, Japan −US$ 3.7 bn and Korea US$ 0.62 bn.'
    """
    top = sorted(values, key=lambda pair: -abs(pair[1]))[:TOLD]
    return f"Largest: {listed([f'{name} {amount(value, unit)}' for name, value in top])}."


def ready(answer: Answer) -> Number:
    """A measure for a sentence, rounded to what is known; of several numbers, to that of the smallest."""
    assert answer.value is not None
    sectors = answer.measure.along == "sector"
    if isinstance(answer.value, tuple):
        smallest = min((abs(size) for _, size in answer.value if size), default=0.0)
        exponent = place(smallest, unit=answer.unit)
        sizes = tuple((name, round(size, -exponent)) for name, size in answer.value)
        return Number(sizes, answer.unit, max(0, -exponent), sectors)
    exponent = place(answer.value, unit=answer.unit)
    return Number(round(answer.value, -exponent), answer.unit, max(0, -exponent), sectors)
