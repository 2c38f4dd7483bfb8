"""Tables on wide and narrow terminals and in pipes; messages for errors; the cache folder."""

from __future__ import annotations

import os
import warnings
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console

from comity.cli import cache, console
from comity.cli.failures import message, reported
from comity.cli.options import given, names
from comity.errors import NotConverged, UnknownName
from comity.report.table import Column, Table

WIDE = Table(
    "Real income",
    (Column("region"), *(Column("real income", u, 3, v) for v in ("one", "two", "three") for u in ("%", "US$ bn"))),
    (("Bosnia and Herzegovina (BIH)", *[-12345.678] * 6), ("World", *[None] * 6)),
    notes=("A note.",),
)


def drawn(table: Table, width: int) -> str:
    """The table as it is printed at a width."""
    out = StringIO()
    console.show([table], Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_number_is_cut_at_any_width(width: int) -> None:
    printed = drawn(WIDE, width)
    assert printed.count("-12,345.678") == 6
    assert max(len(line) for line in printed.splitlines()) <= width
    for name in ("one", "two", "three"):
        assert name in printed


def test_a_wide_terminal_shows_variants_side_by_side() -> None:
    assert drawn(WIDE, 200).count("Bosnia") == 1
    assert drawn(WIDE, 60).count("Bosnia") == 3


def test_piped_output_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in drawn(WIDE, 80)
    monkeypatch.setenv("COLUMNS", "20")
    assert console.console().width == console.NARROWEST


def test_markup_in_data_is_text() -> None:
    assert "[bold]x[/bold]" in drawn(Table("[red]", (Column("a"),), (("[bold]x[/bold]",),)), 80)


def end_of(error: BaseException, capsys: pytest.CaptureFixture[str], debug: bool = False) -> tuple[int, str]:
    """Exit code and standard error of a command that raises."""

    @reported
    def command(*, _debug: bool = False) -> None:
        raise error

    with pytest.raises(typer.Exit) as end:
        command(_debug=debug)
    return end.value.exit_code, capsys.readouterr().err


def test_errors_end_with_one_line_and_their_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_of(UnknownName("no such region"), capsys) == (2, "comity: no such region\n")
    assert end_of(NotConverged("stopped"), capsys) == (4, "comity: stopped\n")
    assert end_of(PermissionError(13, "Permission denied", "/x"), capsys) == (1, "comity: /x: permission denied\n")
    assert end_of(MemoryError(), capsys)[1].startswith("comity: not enough memory")


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = end_of(UnknownName("no such region"), capsys, debug=True)
    assert code == 2
    assert "Traceback" in text
    assert text.endswith("comity: no such region\n")


def test_an_error_of_ours_is_not_hidden() -> None:
    @reported
    def command() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command()


def test_messages_say_something_always() -> None:
    assert message(OSError()) == "OSError"
    assert message(OSError(28, "No space left on device")) == "no space left on device"


def test_names_and_choices() -> None:
    assert names(None) == []
    assert names(["JPN, USA", "", "Korea"]) == ["JPN", "USA", "Korea"]
    assert given(a=None, b="x") == {"b": "x"}


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without settings of the cache, restored afterwards."""
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    for name in ("JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS",
                 "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", cache.VARIABLE):  # fmt: skip
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    return monkeypatch


def test_cache_is_where_the_user_says(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean.setenv(cache.VARIABLE, str(tmp_path))
    assert cache.enable() == tmp_path / "compiled"
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == str(tmp_path / "compiled")


def test_cache_can_be_off_or_impossible(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for value in ("off", "0", str(tmp_path / "file")):
        clean.setenv(cache.VARIABLE, value)
        assert cache.enable() is None
    assert "JAX_COMPILATION_CACHE_DIR" not in os.environ


def test_cache_of_the_platform_follows_its_conventions(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean.setenv("XDG_CACHE_HOME", str(tmp_path))
    place = cache.folder()
    assert place is not None
    assert place.name == "comity"


def test_settings_for_jax_are_left_alone(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean.setenv(cache.VARIABLE, str(tmp_path))
    clean.setenv("JAX_COMPILATION_CACHE_DIR", "mine")
    cache.enable()
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == "mine"


def test_a_damaged_cache_is_emptied_in_silence(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown: list[str] = []
    clean.setattr(warnings, "showwarning", lambda message, *_: shown.append(str(message)))
    clean.setenv(cache.VARIABLE, str(tmp_path))
    place = cache.enable()
    assert place is not None
    (place / "jit_x-cache").write_text("cut off")
    warnings.showwarning("Error writing persistent compilation cache entry for 'x'", UserWarning, "x.py", 1)
    assert list(place.iterdir())
    warnings.showwarning("Error reading persistent compilation cache entry for 'x'", UserWarning, "x.py", 1)
    assert not list(place.iterdir())
    assert not shown
    warnings.showwarning("something else", UserWarning, "x.py", 1)
    assert shown == ["something else"]
