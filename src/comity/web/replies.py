"""What answers hold, as the API's documentation says it; a test holds real answers against it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from comity.report.schema import result_schema

RESULT = "Result"
Plain = dict[str, Any]
Numbers = list[float | None]


class CompactVariant(BaseModel):
    """One variant in lists of numbers."""

    certificate: dict[str, Any] = Field(description="Whether it passed, and by how much.")
    measures: dict[str, Numbers] = Field(description="By measure, in the order of `regions`.")
    sectors: list[str] = Field(description="Codes.")
    by_sector: dict[str, list[Numbers]] = Field(description="By measure: a list for each region, in order of sectors.")


class Along(BaseModel):
    """One variant over several horizons."""

    horizons: list[float | None] = Field(description="Years after the change; null is the long run.")
    variants: list[str] = Field(description="The names under `variants` of its answers, in the same order.")


class Compact(BaseModel):
    """A scenario solved, in lists of numbers: the form `compact`."""

    hash: str = Field(description="Of the scenario.")
    world: dict[str, str] = Field(description="Its name, its elasticities, its hash.")
    closures: dict[str, Any] = Field(description="How the model was closed, by choice.")
    regions: list[str] = Field(description="Codes, in the order of the numbers.")
    variants: dict[str, CompactVariant] = Field(description="One named `scenario` if there are none.")
    paths: dict[str, Along] = Field(description="By variant, where several horizons are asked for; else empty.")
    caveats: list[str] = Field(description="What to keep in mind when these numbers are quoted.")


class Beside(BaseModel):
    """A measure in both scenarios; null where it has no value."""

    a: float | None
    b: float | None
    difference: float | None = Field(description="B less A.")


class Pair(BaseModel):
    """A variant of A beside one of B."""

    differs_in: list[str] = Field(description="The choices of the model in which they differ.")
    regions: dict[str, dict[str, Beside]] = Field(description="By region and measure.")


class Comparison(BaseModel):
    """Two scenarios side by side."""

    hashes: dict[str, str] = Field(description="Of the scenarios, under `a` and `b`.")
    pairs: dict[str, Pair] = Field(description="By variant.")


class Slope(BaseModel):
    """One derivative."""

    sector: str
    importer: str
    exporter: str
    slope: float = Field(description="By how much the measure changes where the rate on this flow is a point higher.")


class Gradient(BaseModel):
    """Derivatives of a measure of one region."""

    hash: str = Field(description="Of the scenario.")
    region: str
    measure: str
    value: float = Field(description="The measure itself.")
    by: str
    unit: str = Field(description="Of the slopes: points per point, or US$ billion per point.")
    slopes: list[Slope] = Field(description="The largest first.")


class Page(BaseModel):
    """A brief."""

    intervals: bool = Field(description="Whether it has them.")
    html: str = Field(description="The page, whole.")


class Read(BaseModel):
    """A scenario as data and as a file."""

    scenario: Plain = Field(description="In the language of scenario files.")
    yaml: str = Field(description="The text of a file.")
    hash: str


class Worlds(BaseModel):
    """The worlds that come with the package."""

    default: dict[str, str] = Field(description="The world and the aggregation of a scenario that names none.")
    worlds: dict[str, list[dict[str, str]]] = Field(description="By world its aggregations, each with a title.")


class Place(BaseModel):
    """A region of a world."""

    code: str
    name: str
    members: list[str] = Field(description="ISO3 codes.")
    factor_income_usd_bn: float
    exports_usd_bn: float


class Sector(BaseModel):
    """A sector of a world."""

    code: str
    name: str
    members: list[str] = Field(description="Codes of the industries that it sums.")


class World(BaseModel):
    """A world, and what names mean in it."""

    name: str
    year: int
    source: str
    hash: str
    elasticities: str
    estimated: list[str] = Field(description="What in it is estimated, sentences.")
    regions: list[Place]
    sectors: list[Sector]
    groupings: dict[str, list[str]] = Field(description="Codes of regions, by grouping.")
    sector_groups: dict[str, list[str]] = Field(description="Codes of sectors, by group.")


class Grouping(BaseModel):
    """A grouping of countries."""

    about: str
    aliases: list[str]
    members: dict[str, str] = Field(description="Names by ISO3 code, on the latest day known.")


Groupings = dict[str, Grouping]


class Health(BaseModel):
    """How the server is."""

    comity: str = Field(description="The version.")
    ready: bool = Field(description="Whether the first worker answers.")
    waiting: dict[str, int] = Field(description="Requests that wait, by queue.")


class Question(BaseModel):
    """A scenario with what it asks."""

    question: str | None
    scenario: Plain = Field(description="In the language of scenario files.")


Examples = dict[str, Question]


class Start(BaseModel):
    """What the server was started with."""

    title: str
    scenarios: dict[str, Question] = Field(description="By name.")


class FormField(BaseModel):
    """A field of a form; what else it holds depends on its kind."""

    key: str = Field(description="Of the rule.")
    kind: str = Field(description="What is chosen or written in it: regions, sectors, a rate...")
    label: str
    about: str = Field(description="What the key means.")


class Form(BaseModel):
    """A form for a rule."""

    start: Plain = Field(description="The rule that a new one begins with.")
    fields: list[FormField]


class Instrument(BaseModel):
    """An instrument of policy."""

    about: str
    amounts: list[str] = Field(description="The keys that hold its size.")
    form: Form
    schema_: Plain = Field(alias="schema", description="The JSON Schema of its keys.")


Instruments = dict[str, Instrument]


class Forms(BaseModel):
    """Forms of what stands around the rules."""

    variant: Plain = Field(description="The fields of a variant.")
    schedule: Plain = Field(description="The ways to name the moments at which an amount changes.")
    options: Plain = Field(description="By option, the number and the list that one begins with.")


class Numeric(BaseModel):
    """The numbers that an option may be."""

    from_: float = Field(alias="from")
    to: float | None = Field(description="Null where there is no highest.")
    meaning: str


class Option(BaseModel):
    """An option of the model."""

    about: str
    values: list[str] = Field(description="The default first.")
    numbers: Numeric | None = Field(description="Null where it is a word only.")
    list_: bool = Field(alias="list", description="Whether it may be a list.")


Options = dict[str, Option]


class Map(BaseModel):
    """Outlines of countries, in pixels."""

    width: float
    height: float
    paths: dict[str, str] = Field(description="Of an SVG, by ISO3 code; territories without one under an empty key.")
    points: dict[str, tuple[float, float]] = Field(description="Of small economies, by ISO3 code.")
    listed: list[str] = Field(description="Codes of economies that the rest of the world may stand for.")


def result_component() -> Plain:
    """The JSON Schema of `comity run --json` as a component of an OpenAPI document."""
    schema = result_schema()
    schema.pop("$schema")
    return schema
