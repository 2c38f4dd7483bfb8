"""`comity brief`: one file that needs nothing else, the same bytes each time, what failed named in its place."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from cases import CLAIMS, small_case

from comity.claims import load_case, run_case

BROKEN = "aggregation: full\npolicies:\n  - tariff: {by: USA, on: Jpan, add: 5%}\n"
LARGEST = 6_000_000
SAID = ("How likely", "The number", "Who gains", "Who loses", "What drives it", "What would change it")
"""Of each claim, beside its words and its chart."""
DOCS = Path(__file__).resolve().parents[2] / "docs"


class Page(HTMLParser):
    """What a page refers to, its anchors, its headings, and its pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.downloads: dict[str, str] = {}
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.labels: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.links += [found[name] for name in ("href", "src", "xlink:href", "action", "poster") if name in found]
        if "download" in found:
            self.downloads[found["download"]] = found["href"]
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "svg":
            self.labels.append(found.get("aria-label", ""))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_case(tmp_path / "my-case")


def read(uri: str) -> list[list[str]]:
    """The rows of a table that an address holds."""
    return list(csv.reader(io.StringIO(unquote(uri.split(",", 1)[1]))))


@pytest.mark.long
def test_a_scenario_in_one_file(comity, small: Path, tmp_path: Path) -> None:
    result = comity("brief", small)
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["briefs/small.html", "briefs/small.pdf"]
    text = (tmp_path / "briefs" / "small.html").read_text(encoding="utf-8")
    assert len(text) < LARGEST
    page = Page(text)
    assert all(link.startswith(("#", "data:")) for link in page.links), page.links
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert "url(http" not in text
    assert "@import" not in text
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert page.labels
    assert all(page.labels)
    assert page.tags.count("h1") == 1
    for part in ("What would a 25% US tariff on Japanese manufactures cost?", "Who gains", "What drives it", "Method",
                 "Certificate", "estimated", "What the model cannot say", "tariff: {by: USA, on: JPN"):  # fmt: skip
        assert part in text, part
    assert (tmp_path / "briefs" / "small.pdf").read_bytes().startswith(b"%PDF")


def test_numbers_are_those_of_the_run(comity, small: Path, tmp_path: Path) -> None:
    solved = json.loads(comity("run", small, "--json").stdout)["variants"]
    assert comity("brief", small, "--format", "html").exit_code == 0
    page = Page((tmp_path / "briefs" / "small.html").read_text(encoding="utf-8"))
    rows = read(page.downloads["map.csv"])
    assert rows[0] == ["region", "real income, %", "real income, US$ bn a year"]
    japan = next(row for row in rows if row[0] == "Japan")
    first = solved["no answer"]["regions"]["JPN"]
    assert float(japan[1]) == pytest.approx(first["real_income_pct"], rel=1e-5)
    assert float(japan[2]) == pytest.approx(first["equivalent_variation_usd_bn"], rel=1e-5)
    ranking = read(page.downloads["ranking.csv"])
    assert ranking[0] == ["region", "real income, US$ bn a year", "5%, US$ bn a year", "95%, US$ bn a year"]
    assert all(float(low) < float(high) for _, _, low, high in ranking[1:])
    both = read(page.downloads["variants.csv"])
    assert [row[0] for row in both[1:]] == ["no answer", "answer in kind"]
    why = read(page.downloads["why.csv"])
    assert sum(float(row[1]) for row in why[1:-1]) == pytest.approx(float(why[-1][1]), abs=1e-5)


@pytest.mark.long
def test_the_same_bytes_twice(comity, small: Path, tmp_path: Path) -> None:
    for place in ("one", "two"):
        assert comity("brief", small, "--out", place, "--format", "html,pdf,md,docx").exit_code == 0
    one, two = (
        {str(file.relative_to(tmp_path / place)): file.read_bytes() for file in sorted((tmp_path / place).rglob("*.*"))}
        for place in ("one", "two")
    )
    assert list(one) == list(two)
    assert {"small.html", "small.pdf", "small.md", "small.docx", "small-charts/map.svg"} <= set(one)
    assert [name for name in one if one[name] != two[name]] == []


def test_charts_as_files(comity, small: Path, tmp_path: Path) -> None:
    result = comity("brief", small, "--format", "html", "--charts", "charts")
    assert result.exit_code == 0, result.output
    names = {file.name for file in (tmp_path / "charts").iterdir()}
    for key in ("map", "ranking", "variants", "sectors", "flows", "why", "hangs"):
        assert {f"{key}.svg", f"{key}.png", f"{key}.csv"} <= names, key
    assert (tmp_path / "charts" / "map.png").read_bytes().startswith(b"\x89PNG")


def test_a_path_over_horizons(comity, small: Path, tmp_path: Path) -> None:
    result = comity("brief", small, "--horizon", "1,3,long", "--format", "html", "--region", "Japan")
    assert result.exit_code == 0, result.output
    page = Page((tmp_path / "briefs" / "small.html").read_text(encoding="utf-8"))
    rows = read(page.downloads["path-1.csv"])
    assert rows[0] == ["region", "1 year real income, %", "3 years real income, %", "long run real income, %"]
    assert "comity brief" in re.sub(r"<[^>]+>", "", (tmp_path / "briefs" / "small.html").read_text())


def test_a_case(comity, folder: Path, tmp_path: Path) -> None:
    result = comity("brief", folder, "--format", "html,md", "--draws", "16")
    assert result.exit_code == 0, result.output
    text = (tmp_path / "briefs" / "my-case.html").read_text(encoding="utf-8")
    page = Page(text)
    assert {"claim-1", "claim-2", "chart-overview"} <= set(page.ids)
    assert all(link.startswith(("#", "data:")) for link in page.links)
    assert "“may”: 30 to 51% as readers take it (median 40%), scale capphrase" in text
    space = "\N{NO-BREAK SPACE}"
    assert re.search(rf"90% interval −US\${space}[\d.]+ bn to −US\${space}[\d.]+ bn, 16 draws", text)
    assert "Japan loses in 16 of 16 draws" in text or "JPN loses in 16 of 16 draws" in text
    low, value, high = (float(read(page.downloads["overview.csv"])[1][place]) for place in (3, 2, 4))
    assert low < value < high
    assert {"claims.yaml", "tariff.yaml", "transfer.yaml", "overview.csv"} <= set(page.downloads)
    maps = [name for name in page.downloads if name.endswith("-map.csv")]
    assert len(maps) == 1, "no claim asks for a map: the one that moves the world most has it"
    assert "Borders as Natural Earth draws them" in text
    assert unquote(page.downloads["claims.yaml"]).endswith(CLAIMS)
    written = (tmp_path / "briefs" / "my-case.md").read_text(encoding="utf-8")
    assert "## 2. Another" in written
    numbers = re.findall(r"\(my-case-charts/([\w-]+\.csv)\)", written)
    assert len(numbers) == len(page.downloads.keys() - {"claims.yaml", "tariff.yaml", "transfer.yaml"})
    for name in numbers:
        beside = (tmp_path / "briefs" / "my-case-charts" / name).read_text(encoding="utf-8")
        assert list(csv.reader(io.StringIO(beside))) == read(page.downloads[name])


def test_a_case_in_word(comity, folder: Path, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason='pip install "comity[docx]"')
    result = comity("brief", folder, "--format", "docx,html", "--draws", "8")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["briefs/my-case.html", "briefs/my-case.docx"]
    found = docx.Document(tmp_path / "briefs" / "my-case.docx")
    page = Page((tmp_path / "briefs" / "my-case.html").read_text(encoding="utf-8"))
    heads = [one.text for one in found.paragraphs if one.style.name in ("Title", "Heading 1")]
    assert heads[:4] == ["A small case", "At a glance", "1. A tariff", "2. Another"]
    assert {"Words used here", "Method", "Certificate", "What the model cannot say", "Make it again"} <= set(heads)
    text = "\n".join(one.text for one in found.paragraphs)
    for part in ("How likely: “may”: 30 to 51%", "90% interval", "how it feels", "claims.yaml", "tariff: {by: USA"):
        assert part in text, part
    glance, certificate = found.tables[0], found.tables[-1]
    assert [cell.text for cell in glance.rows[0].cells] == ["claim", "how likely, by its word", "the number"]
    assert [row.cells[0].text for row in glance.rows[1:]] == ["1. A tariff", "2. Another"]
    assert certificate.rows[0].cells[0].text == "scenario"
    with zipfile.ZipFile(tmp_path / "briefs" / "my-case.docx") as files:
        raw = files.read("word/document.xml").decode("utf-8")
    levels = [1, *(int(level) for level in re.findall(r'w:pStyle w:val="Heading(\d)"', raw))]
    assert {2, 1} == set(levels)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert raw.count("<w:tblHeader") == raw.count("<w:tbl>") == len(found.tables)
    assert raw.count("</pic:pic>") == raw.count(" descr=") == len(found.inline_shapes)
    described = [shape._inline.docPr.get("descr") for shape in found.inline_shapes]
    assert len(described) == page.tags.count("figure")
    assert sorted(described) == sorted({*page.labels})
    about = found.core_properties
    assert (about.title, about.author, about.created) == ("A small case", "Comity", about.modified)
    with zipfile.ZipFile(tmp_path / "briefs" / "my-case.docx") as files:
        assert {one.date_time for one in files.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert files.testzip() is None


def test_word_without_its_package(comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    result = comity("brief", "cars", "--format", "html,docx")
    assert result.exit_code != 0
    assert 'pip install "comity[docx]"' in result.stderr
    assert not (tmp_path / "briefs").exists()


MAP = "    map: {variant: answer}\n"


def test_a_claim_asks_for_a_map(comity, tmp_path: Path) -> None:
    folder = small_case(tmp_path / "seen", claims=CLAIMS.replace("    answer: >-", f"{MAP}    answer: >-", 1))
    arguments = ("--no-panel", "--draws", "0", "--format", "html,pdf,md,docx", "--charts", "charts")
    assert comity("brief", folder, *arguments).exit_code == 0
    text = (tmp_path / "briefs" / "seen.html").read_text(encoding="utf-8")
    page = Page(text)
    assert [name for name in page.downloads if name.endswith("-map.csv")] == ["claim-1-map.csv"]
    head, *rows = read(page.downloads["claim-1-map.csv"])
    assert head == ["region", "real income, %", "real income, US$ bn a year"]
    result = run_case(load_case(folder), numbers=[1]).results[0]
    japan = next(row for row in result.rows if row.variant == "answer")
    mine = next(row for row in rows if row[0] == "Japan")
    assert float(mine[1]) == pytest.approx(japan.income["Japan"], rel=1e-5)
    assert float(mine[2]) == pytest.approx(japan.equivalent_variation["Japan"], rel=1e-5)
    label = next(label for label in page.labels if label.startswith("World map"))
    assert "scenario “answer”" in label
    title = re.search(r"<figcaption>([^<]+ most, [^<]+)</figcaption>", text)[1]  # type: ignore[index]
    assert f". {title}. Largest: Japan −0." in label
    assert {f"claim-1-map.{end}" for end in ("svg", "png", "csv")} <= {p.name for p in (tmp_path / "charts").iterdir()}
    assert "seen-charts/claim-1-map.svg" in (tmp_path / "briefs" / "seen.md").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "briefs" / "seen.docx") as files:
        assert "World map" in files.read("word/document.xml").decode("utf-8")


def test_a_map_that_cannot_be_drawn_is_named(comity, tmp_path: Path) -> None:
    claims = CLAIMS.replace("    answer: >-", f"{MAP.replace('answer', 'anser')}    answer: >-", 1)
    folder = small_case(tmp_path / "odd", claims=claims)
    result = comity("brief", folder, "--no-panel", "--draws", "0", "--format", "html")
    assert result.exit_code == 1
    assert "map: no variant 'anser'" in result.stderr
    text = (tmp_path / "briefs" / "odd.html").read_text(encoding="utf-8")
    assert "Not answered in full" in text
    assert "-map.csv" not in text


def test_the_files_are_attached_to_the_pdf(comity, folder: Path, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pip install pypdf")
    assert comity("brief", folder, "--no-panel", "--draws", "0").exit_code == 0
    found = pypdf.PdfReader(tmp_path / "briefs" / "my-case.pdf")
    attached = {name: content[0].decode("utf-8") for name, content in found.attachments.items()}
    names = ("claims.yaml", "tariff.yaml", "transfer.yaml")
    assert attached == {name: (folder / name).read_text(encoding="utf-8") for name in names}
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in found.pages))
    assert "Not printed below is claims.yaml" in text
    assert "tariff: {by: USA" in text
    assert "how it feels" in text
    assert "/StructTreeRoot" in found.trailer["/Root"]  # tagged, so that it can be read aloud
    assert found.trailer["/Root"]["/Lang"] == "en"


CHART = """\
    chart:
      label: US imports of manufactures, change
      of: trade_change_usd_bn
      at: {sector: C, importer: USA, exporter: all except USA}
      along: exporter
      variants: [no answer, answer]
"""


def test_a_claim_says_what_its_chart_draws(comity, tmp_path: Path) -> None:
    folder = small_case(tmp_path / "drawn", claims=CLAIMS.replace("    answer: >-", f"{CHART}    answer: >-", 1))
    assert comity("brief", folder, "--no-panel", "--draws", "0", "--format", "html").exit_code == 0
    text = (tmp_path / "briefs" / "drawn.html").read_text(encoding="utf-8")
    page = Page(text)
    head, *rows = read(page.downloads["claim-1.csv"])
    unit = "US imports of manufactures, change, US$ bn a year"
    assert head == ["exporter", f"no answer {unit}", f"answer {unit}"]
    most = sorted(((name, float(value)) for name, value, _ in rows), key=lambda row: -row[1])[:2]
    answer = next(a for a in run_case(load_case(folder), numbers=[1]).results[0].answers if a.measure.key == "who")
    assert isinstance(answer.value, tuple)
    assert most == [(name, pytest.approx(value, rel=1e-5)) for name, value in answer.value]
    japan = next(float(value) for name, value, _ in rows if name == "Japan")
    assert japan == min(float(value) for _, value, _ in rows)
    assert re.search(r"US imports of manufactures, change: from Japan −US\$ \d+ bn and from", text)
    assert {"claim-1-scenarios.csv", "claim-1-regions.csv"} <= set(page.downloads)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[no answer, answer]", "[no answer, anser]", "anser"),
        ("trade_change_usd_bn\n      at: {sector: C", "trade_chang_usd_bn\n      at: {sector: C", "trade_chang_usd_bn"),
        ("along: exporter", "along: colour", "colour"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_named(comity, tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = small_case(
        tmp_path / "odd", claims=CLAIMS.replace("    answer: >-", f"{CHART.replace(old, new)}    answer: >-", 1)
    )
    result = comity("brief", folder, "--no-panel", "--draws", "0", "--format", "html", "--claim", "1")
    assert result.exit_code == 1
    assert said in result.stderr
    text = (tmp_path / "briefs" / "odd.html").read_text(encoding="utf-8")
    assert "Not answered in full" in text
    assert "claim-1.csv" in Page(text).downloads


def test_a_claim_that_fails_is_named_in_its_place(comity, tmp_path: Path) -> None:
    folder = small_case(tmp_path / "broken", transfer=BROKEN)
    result = comity("brief", folder, "--draws", "0")
    assert result.exit_code == 1
    assert "claim 2" in result.stderr
    assert "Jpan" in result.stderr
    text = (tmp_path / "briefs" / "broken.html").read_text(encoding="utf-8")
    first, second = (text.index(f'id="claim-{number}"') for number in (1, 2))
    assert "Not answered in full" not in text[first:second]
    assert "Not answered in full" in text[second:]
    assert "Jpan" in text[second:]
    assert 'id="chart-overview"' in text
    assert (tmp_path / "briefs" / "broken.pdf").is_file()


def test_text_of_users_stays_text(comity, tmp_path: Path) -> None:
    claims = CLAIMS.replace("A small case", "<script>alert(1)</script> & more").replace("how it feels", "<img src=x>")
    folder = small_case(tmp_path / "odd", claims=claims)
    assert comity("brief", folder, "--no-panel", "--draws", "0").exit_code == 0
    page = Page((tmp_path / "briefs" / "odd.html").read_text(encoding="utf-8"))
    assert not {"script", "img"} & set(page.tags)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "there is no file 'nowhere'"),
        (("cars", "--format", "odt"), "html, pdf, md, docx"),
        (("cars", "--claim", "2"), "--claim is for cases"),
        (("us-japan", "--region", "Japan"), "--region is for scenarios"),
        (("us-japan", "--claim", "99"), "no claim 99"),
        (("cars", "--region", "Jpan"), "Jpan"),
    ],
)
def test_clear_refusals(comity, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    result = comity("brief", *arguments)
    assert result.exit_code != 0
    assert said in result.stderr
    assert not (tmp_path / "briefs").exists()


@pytest.mark.long
def test_the_case(comity, tmp_path: Path) -> None:
    """All claims, within the size, and with the numbers of the page in the documentation."""
    result = comity("brief", "us-japan", "--draws", "8")
    assert result.exit_code == 0, result.output
    text = (tmp_path / "briefs" / "us-japan.html").read_text(encoding="utf-8")
    assert len(text.encode("utf-8")) < LARGEST
    assert "Not answered in full" not in text
    page, kept = Page(text), Page((DOCS / "briefs" / "us-japan.html").read_text(encoding="utf-8"))
    assert {f"claim-{number}" for number in range(1, 20)} <= set(page.ids)
    assert all(link.startswith(("#", "data:")) for link in page.links)
    assert "chart-claim-19-disagreement" in page.ids
    for number in range(1, 20):
        section = text[text.index(f'id="claim-{number}"') : text.find(f'id="claim-{number + 1}"')]
        for said in SAID:
            assert f"<dt>{said}</dt>" in section, f"claim {number}: {said}"
        assert re.search("90% interval|in all 8 draws|in nine of ten of 8 draws", section), f"claim {number}"
        assert f"claim-{number}.csv" in page.downloads
        assert section.count("<figure") == section.count("Numbers as CSV")
    fresh, documented = (read(one.downloads["overview.csv"]) for one in (page, kept))
    assert [row[:2] for row in fresh] == [row[:2] for row in documented], "run tools/build_brief_pages.py"
    for mine, shown in zip(fresh[1:], documented[1:], strict=True):
        assert float(mine[2]) == pytest.approx(float(shown[2]), rel=1e-3, abs=1e-4), "run tools/build_brief_pages.py"
    assert (tmp_path / "briefs" / "us-japan.pdf").stat().st_size < LARGEST
