"""What requests hold: the scenario is in the language of files, as JSON."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from comity.policy.scenario import Scenario

SCENARIO = "Scenario"
PLACE = "#/components/schemas/"
Plain = dict[str, Any]
"""A scenario as plain data; the API's documentation puts the schema of scenario files in its place."""


class Body(BaseModel):
    """What every request shares: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class SolveBody(Body):
    """A scenario to be solved."""

    scenario: Plain = Field(description="In the language of scenario files.")
    form: Literal["full", "compact"] = Field(
        "full", description="`full`: what `comity run --json` prints, all regions; `compact`: lists in order of codes."
    )


class CompareBody(Body):
    """Two scenarios to be set side by side."""

    a: Plain = Field(description="A scenario.")
    b: Plain = Field(description="Another one.")


class ScenarioBody(Body):
    """A scenario to be read and written as a file: as data, or as the text of a file."""

    scenario: Plain | None = Field(None, description="In the language of scenario files.")
    text: str | None = Field(None, description="The text of a scenario file, YAML or JSON.", max_length=60_000)


class BriefBody(Body):
    """A brief of a scenario."""

    scenario: Plain = Field(description="In the language of scenario files.")
    region: str | None = Field(None, max_length=100, description="Whose answer is looked into; the most moved if none.")
    draws: int = Field(
        128, ge=0, le=256, description="Draws behind the intervals; 0 for none, which takes a tenth of the time."
    )


class GradientBody(Body):
    """A derivative: of one measure of one region, by every rate of an instrument."""

    scenario: Plain = Field(description="At whose equilibrium the derivative is taken; `policies: []` is the baseline.")
    region: str = Field(description="Whose measure: one region, as in a scenario file.", examples=["JPN"])
    measure: Literal[
        "real_income_pct",
        "equivalent_variation_usd_bn",
        "real_wage_pct",
        "real_gdp_pct",
        "consumer_prices_pct",
        "exports_pct",
        "imports_pct",
        "terms_of_trade_pct",
        "tariff_revenue_usd_bn",
        "balance_usd_bn",
    ] = Field("real_income_pct", description="Which measure.")
    by: Literal["tariff", "export tax", "trade cost"] = Field("tariff", description="By which rate.")
    variant: str | None = Field(None, description="Of the scenario, if it has several.")
    importers: list[str] = Field(default=[], max_length=100, description="Only their imports; all if left out.")
    exporters: list[str] = Field(default=[], max_length=100, description="Only their exports; all if left out.")
    sectors: list[str] = Field(default=[], max_length=100, description="Only these sectors; all if left out.")
    most: int = Field(20, ge=1, le=500, description="How many derivatives are listed, the largest first.")


class Problem(BaseModel):
    """What was wrong."""

    kind: str = Field(description="Of the error: ScenarioError, UnknownName, NoEquilibrium, NotConverged, Busy...")
    message: str = Field(description="What is wrong, where, and what to try.")


class Failure(BaseModel):
    """The body of every answer that is none."""

    error: Problem


def scenario_components() -> dict[str, Any]:
    """The JSON Schema of scenario files as components of an OpenAPI document."""
    schema = Scenario.json_schema()
    parts = schema.pop("$defs")
    schema.pop("$schema")
    schema["properties"].pop("baseline tariffs")
    return {SCENARIO: _moved(schema), **{_name(key): _moved(part) for key, part in parts.items()}}


def _name(key: str) -> str:
    return f"{SCENARIO}-{key.replace(' ', '-')}"


def _moved(part: Any) -> Any:
    """The same with references to where the parts now are."""
    if isinstance(part, list):
        return [_moved(item) for item in part]
    if not isinstance(part, dict):
        return part
    if isinstance(ref := part.get("$ref"), str):
        return {**part, "$ref": PLACE + _name(ref.removeprefix("#/$defs/"))}
    return {key: _moved(value) for key, value in part.items()}
