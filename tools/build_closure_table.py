"""Write the table of answers under each closure into docs/closures.md. A test fails when it is out of date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from comity.errors import SolveError
from comity.model import Outcome, solve
from comity.policy import Scenario, example_text

PAGE = Path(__file__).resolve().parents[1] / "docs" / "closures.md"
BLOCK = re.compile(r"(<!-- answers: begin[^>]*-->\n).*?(<!-- answers: end -->)", re.DOTALL)
CARS, VARIANT = "C29", "no answer"
LL = "lashkaripour-lugovskyy-2023"
CHOICES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("the default", "", {}),
    ("`imbalances: balanced`", "", {"imbalances": "balanced"}),
    ("`imbalances: output`", "", {"imbalances": "output"}),
    ("`imbalances: spending`", "", {"imbalances": "spending"}),
    ("`revenue: public`", "", {"revenue": "public"}),
    ("`sourcing: by-use`", "", {"sourcing": "by-use"}),
    ("`mobility: 2`", "", {"kappa": 2.0}),
    ("`mobility: specific`", "", {"kappa": 1.0}),
    ("`demand: 0.5`", "", {"demand_elasticity": 0.5}),
    ("`demand: 2`", "", {"demand_elasticity": 2.0}),
    ("`horizon: 1`", "", {"horizon": 1.0}),
    ("`horizon: 3`", "", {"horizon": 3.0}),
    ("`elasticities: caliendo-parro-2015`", "caliendo-parro-2015", {}),
    ("`elasticities: uniform:5`", "uniform:5", {}),
    (f"`elasticities: {LL}`", LL, {}),
    ("the same set, `mobility: 2`", LL, {"kappa": 2.0}),
    ("the same set, `mobility: 2`, `competition: scale`", LL, {"kappa": 2.0, "competition": "scale"}),
    ("the same set, `competition: scale`", LL, {"competition": "scale"}),
)
COLUMNS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("US real income, %", ".3f", "real_income_pct", ("USA",)),
    ("Japan real income, %", ".3f", "real_income_pct", ("JPN",)),
    ("Korea real income, %", ".3f", "real_income_pct", ("KOR",)),
    ("Japan, US$ bn", ".1f", "equivalent_variation_usd_bn", ("JPN",)),
    ("Japan terms of trade, %", ".2f", "terms_of_trade_pct", ("JPN",)),
    ("Japan output of cars, %", ".1f", "output_pct", ("JPN", CARS)),
    ("US imports of the cars, US$ bn", ".1f", "trade_change_usd_bn", (CARS, "USA", "JPN")),
    ("US tariff revenue, US$ bn", ".1f", "tariff_revenue_change_usd_bn", ("USA",)),
)


def page(text: str) -> str:
    """The page with its table written anew."""
    heads = [head for head, *_ in COLUMNS]
    rows = ["| choice | " + " | ".join(heads) + " |", "| --- |" + " --: |" * len(heads), *answers()]
    table = "\n".join(rows) + "\n"
    return BLOCK.sub(lambda m: m[1] + table + m[2], text)


def answers() -> Iterator[str]:
    """A row for each choice."""
    scenario = Scenario.from_text(example_text("cars"))
    world = scenario.load_world()
    for name, elasticities, options in CHOICES:
        chosen = world.with_elasticities(elasticities) if elasticities else world
        yield _row(name, partial(solve, chosen, scenario, variant=VARIANT, **options))


def _row(name: str, run: Callable[[], Outcome]) -> str:
    try:
        outcome = run()
    except SolveError as error:
        return f"| {name} | {type(error).__name__} |" + " |" * (len(COLUMNS) - 1)
    cells = [f"{float(outcome.data[v].sel(_place(outcome, v, place))):{form}}" for _, form, v, place in COLUMNS]
    return f"| {name} | " + " | ".join(cells) + " |"


def _place(outcome: Outcome, variable: str, place: tuple[str, ...]) -> dict[Any, str]:
    return dict(zip(outcome.data[variable].dims, place, strict=True))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
