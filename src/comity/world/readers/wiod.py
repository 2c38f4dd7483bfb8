"""World Input-Output Database, releases 2013 and 2016, as published. US$ million, basic prices.

*2013 release* (40 countries and the rest of the world, 35 industries, 1995-2011): the R form, ``wiot_2011.RData`` with
a list of ``inter [1435, 1435]``, ``final [1435, 205]``, ``output``, ``countries``, ``industries``; or the published
Excel workbook ``wiot11_row_apr12.xlsx``. The R form holds whole numbers and neither value added nor taxes: value added
is output less inputs, so it holds net taxes on products and international transport margins.

*2016 release* (43 countries and the rest of the world, 56 industries, 2000-2014): ``WIOT2014_October16_ROW.RData`` with
the frame ``wiot``, or the same frame as CSV. Columns ``IndustryCode``, ``IndustryDescription``, ``Country``, ``RNr``,
``Year``, then ``AUS1 ... ROW56`` (users), ``AUS57 ... ROW61`` (final uses), ``TOT``. Rows: producers, then those of
country ``TOT``: ``II_fob``, ``TXSP`` (net taxes on products), ``EXP_adj``, ``PURR``, ``PURNR``, ``VA``, ``IntTTM``,
``GO``.

Credit: Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of International Economics 23, 575-605.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import DataError
from comity.world.accounts import Floats, Step, recorded
from comity.world.elasticities import DEFAULT_SET
from comity.world.readers.labelled import Axis, compare_output, numbers
from comity.world.readers.optional import need
from comity.world.table import from_table
from comity.world.world import World

_RENAMED = {"ROM": "ROU", "RoW": "ROW"}
_SOURCE = "World Input-Output Database, {release} release (Timmer et al. 2015), {year}, file {what}"
_FINAL_USES_2013 = 5
_HALF_A_MILLION = 0.5  # the R form of the 2013 release is rounded to US$ million
_FRAME_2016 = ("IndustryCode", "Country", "RNr")
_INCOME_2016 = ("VA", "EXP_adj", "PURR", "PURNR", "IntTTM")


def read_wiod2013(path: str | Path, **options: Any) -> World:
    """A world from a table of WIOD's 2013 release.

    Args:
        path: ``wiot_2011.RData``, or the published workbook ``wiot11_row_apr12.xlsx``.
        options: ``tariff``, ``tariff_known``, ``elasticities`` (default: the default set), ``tolerance``, ``rounding``
            (default for the R form: half a million), ``single``, ``estimated``, as in `comity.world.from_table`.

    Raises:
        MissingExtra: the package that reads the format is not installed.
        DataError: the file does not have the published layout.
        UnbalancedError: rows and columns do not agree.
    """
    path = Path(path)
    if path.suffix.lower() in {".xlsx", ".xls"}:
        return _read_workbook(path, options)
    content = _read_r(path)
    found = [value for value in content.values() if isinstance(value, Mapping) and {"inter", "final"} <= set(value)]
    if len(found) != 1:
        raise DataError(f"{path.name} holds {', '.join(content)}: not a list with inter, final and output")
    return _from_list(found[0], path.name, options)


def _from_list(table: Mapping[str, Any], what: str, options: dict[str, Any]) -> World:
    lacking = {"countries", "industries", "output", "year"} - set(table)
    if lacking:
        raise DataError(f"{what} has no {', '.join(sorted(lacking))}: not a table of WIOD's 2013 release")
    regions = tuple(_RENAMED.get(str(c), str(c)) for c in table["countries"])
    axis = Axis(regions, tuple(str(s) for s in table["industries"]))
    size = axis.size
    made, uses = size[0] * size[1], _FINAL_USES_2013 * size[0]
    inputs, final = np.asarray(table["inter"], dtype=np.float64), np.asarray(table["final"], dtype=np.float64)
    output = np.asarray(table["output"], dtype=np.float64)
    if inputs.shape != (made, made) or final.shape != (made, uses) or output.shape != (made,):
        raise DataError(f"{what}: inter {inputs.shape}, final {final.shape}, output {output.shape} do not fit {size}")
    settings: dict[str, Any] = {"rounding": _HALF_A_MILLION, "tolerance": 1e-6, "elasticities": DEFAULT_SET} | options
    compare_output(what, axis, inputs, final, output, settings["tolerance"], settings["rounding"])
    year = int(np.ravel(table["year"])[0])
    return from_table(
        inputs=inputs.reshape(*size, *size),
        final=final.reshape(*size, size[0], _FINAL_USES_2013),
        value_added=(output - inputs.sum(0)).reshape(size),
        **axis.labels,
        name=f"wiod2013-{year}",
        year=year,
        source=_SOURCE.format(release=2013, year=year, what=what),
        history=(
            Step("read", "intermediate and final flows, output; US$ million, whole numbers, basic prices"),
            Step(
                "value added taken as output less inputs",
                "the file shows no value added: net taxes on products and transport margins are part of it",
                int((output > 0).sum()),
                float((output - inputs.sum(0)).sum()),
            ),
        ),
        **settings,
    )


def _read_workbook(path: Path, options: dict[str, Any]) -> World:
    from comity.world.readers.pymrio import from_pymrio

    pymrio = need("pymrio", "the Excel workbooks of WIOD")
    need("openpyxl", "the Excel workbooks of WIOD")
    if not path.is_file():
        raise DataError(f"no file at {path}")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*not included")  # satellite accounts: not wanted
            system = pymrio.parse_wiod(str(path), names=("c_codes", "c_codes"))
    except Exception as error:
        raise DataError(f"{path.name} is not a workbook of WIOD's 2013 release: {error}") from None
    year = int(system.factor_inputs.year)
    settings: dict[str, Any] = {
        "name": f"wiod2013-{year}",
        "year": year,
        "rename": _RENAMED,
        "source": _SOURCE.format(release=2013, year=year, what=path.name),
        "elasticities": DEFAULT_SET,
        "tolerance": 1e-5,
    }
    return from_pymrio(system, **settings | options)


def read_wiod2016(path: str | Path, **options: Any) -> World:
    """A world from a table of WIOD's 2016 release, ``.RData`` or the same frame as ``.csv``.

    Args and errors as in `read_wiod2013`; net taxes on products are read (``TXSP``), the adjustments of exports and of
    purchases abroad and international transport margins count as factor income.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        if not path.is_file():
            raise DataError(f"no file at {path}")
        try:
            frame = pd.read_csv(path, low_memory=False)
        except (ValueError, pd.errors.ParserError, UnicodeDecodeError) as error:
            raise DataError(f"{path.name} is not a CSV table: {error}") from None
    else:
        content = _read_r(path)
        frames = [value for value in content.values() if isinstance(value, pd.DataFrame)]
        if len(frames) != 1:
            raise DataError(f"{path.name} holds {', '.join(content)}: not one frame of WIOD's 2016 release")
        frame = frames[0]
    return from_wiod2016_frame(frame, what=path.name, **options)


def from_wiod2016_frame(frame: pd.DataFrame, *, what: str = "WIOD table", **options: Any) -> World:
    """A world from the published frame; see `read_wiod2016`."""
    lacking = set(_FRAME_2016) - set(frame.columns)
    if lacking:
        raise DataError(f"{what} has no column {', '.join(sorted(lacking))}: not a table of WIOD's 2016 release")
    country = frame["Country"].astype(str)
    producers, bottom = frame[country != "TOT"], frame[country == "TOT"]
    labels = list(zip(producers["Country"].astype(str), producers["IndustryCode"].astype(str), strict=True))
    axis = Axis.spanned(labels, what)
    if [axis.places([label], what)[0] for label in labels] != list(range(len(labels))):
        raise DataError(f"{what}: rows are not in the published order, country by country")
    size = axis.size
    columns = [str(c) for c in frame.columns]
    users = [f"{region}{k + 1}" for region in axis.regions for k in range(size[1])]
    finals = [c for region in axis.regions for c in _final_columns(region, size[1], columns)]
    absent = next((c for c in users if c not in set(columns)), None)
    if absent or len(finals) % size[0] or not finals:
        raise DataError(f"{what}: column {absent or 'of final use'} is absent, or countries differ in their final uses")
    inputs, final = (numbers(what, producers[c].to_numpy(), labels, c) for c in (users, finals))
    below = _bottom_rows(what, bottom, users)
    year = int(frame["Year"].iloc[0]) if "Year" in frame else 0
    settings: dict[str, Any] = {"tolerance": 1e-5, "rounding": 1e-6, "elasticities": DEFAULT_SET} | options
    if "GO" in below:
        compare_output(what, axis, inputs, final, below["GO"], settings["tolerance"], settings["rounding"])
    return from_table(
        inputs=inputs.reshape(*size, *size),
        final=final.reshape(*size, size[0], -1),
        value_added=np.sum([below[row] for row in _INCOME_2016 if row in below], axis=0).reshape(size),
        net_taxes=below["TXSP"].reshape(size),
        **axis.labels,
        name=f"wiod2016-{year}",
        year=year,
        source=_SOURCE.format(release=2016, year=year, what=what),
        history=_history_2016(below),
        **settings,
    )


def _final_columns(region: str, sectors: int, columns: Sequence[str]) -> list[str]:
    numbered = re.compile(rf"{re.escape(region)}(\d+)")
    return [c for c in columns if (m := numbered.fullmatch(c)) and int(m[1]) > sectors]


def _bottom_rows(what: str, bottom: pd.DataFrame, users: list[str]) -> dict[str, Floats]:
    names = bottom["IndustryCode"].astype(str).tolist()
    lacking = {"VA", "TXSP"} - set(names)
    if lacking:
        raise DataError(f"{what} has no row {', '.join(sorted(lacking))} of country TOT")
    values = numbers(what, bottom[users].to_numpy(), names, users)
    return dict(zip(names, values, strict=True))


def _history_2016(below: Mapping[str, Floats]) -> tuple[Step, ...]:
    texts = {
        "EXP_adj": "adjustment of exports",
        "PURR": "purchases of residents abroad",
        "PURNR": "purchases of non-residents",
        "IntTTM": "international transport margins",
    }
    counted = [
        Step(text, "counted as factor income", int(np.count_nonzero(below[row])), float(np.abs(below[row]).sum()))
        for row, text in texts.items()
        if row in below
    ]
    read = Step("read", "intermediate and final flows, value added, net taxes on products; US$ million, basic prices")
    return (read, *recorded(counted))


def _read_r(path: Path) -> Mapping[str, Any]:
    """What an R data file holds, by name."""
    rdata = need("rdata", "R data files")
    if not path.is_file():
        raise DataError(f"no file at {path}")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Missing constructor", category=UserWarning)
            return {str(name): value for name, value in rdata.read_rda(path).items()}
    except Exception as error:  # the package raises whatever its parser meets
        raise DataError(f"{path.name} is no R data file, or is truncated ({type(error).__name__}: {error})") from None
