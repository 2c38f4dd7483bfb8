"""Which papers there are, and the values that a replication is made of."""

import json

import pytest

from comity.errors import UnknownName
from comity.replication import Paper, Replication, Row, papers, run
from comity.replication.files import printed

PAPER = Paper("a-1", "A", "A (1)", "nowhere", ())


def row(published, ours, *, required=True):
    return Row("q", "MEX", "s", "t", published, ours, "percent", 0.005, required)


def test_each_paper_says_what_it_needs():
    assert [paper.key for paper in papers()] == ["caliendo-parro-2015", "costinot-rodriguez-clare-2014"]
    for paper in papers():
        assert "doi" in paper.citation
        assert "doi" in paper.data
        assert paper.files
        assert printed(paper.key)


def test_unknown_or_ambiguous_papers_are_named(tmp_path):
    for name in ("krugman-1980", "20", ""):
        with pytest.raises(UnknownName, match="caliendo-parro-2015, costinot"):
            run(name, tmp_path)


def test_a_row_matches_within_its_tolerance_only():
    assert row(1.31, 1.3121).matches
    assert not row(1.31, 1.3251).matches
    assert not row(1.31, float("nan")).matches
    assert not row(None, 1.0).matches
    assert row(None, 1.0).difference is None


def test_a_replication_passes_when_what_is_required_matches():
    assert Replication(PAPER, (row(1.0, 1.0), row(1.0, 2.0, required=False), row(None, 3.0))).passed
    failing = Replication(PAPER, (row(1.0, 1.0), row(1.0, 2.0)))
    assert not failing.passed
    assert failing.mismatches == (failing.rows[1],)


def test_a_replication_is_json():
    text = json.dumps(Replication(PAPER, (row(1.0, 1.001),), ("note",)).to_dict())
    assert json.loads(text)["rows"][0]["matches"] is True


def test_a_number_on_the_edge_of_its_printed_digit_counts():
    item = printed("caliendo-parro-2015")[0]
    assert item.beside(item.value + 0.005).matches
    assert not item.beside(item.value + 0.0051).matches
