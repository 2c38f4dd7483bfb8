"""Numbers in the text of an answer: what stands in braces, and how it reads once the numbers are there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Value = float | tuple[tuple[str, float], ...]
_WORDS = r"(?:(?P<up>[^{}|@:;]*)\|(?P<down>[^{}|@:;]*)(?:\|(?P<same>[^{}|@:;]*))?:)?"
_QUOTED = re.compile(r"\{" + _WORDS + r"(?P<named>[^{}]*)\}")
ARTICLE = ("United ", "European ", "Netherlands", "Philippines", "rest of the ")
"""How names of regions begin that take an article in a sentence."""


@dataclass(frozen=True)
class Number:
    """A measure in one variant, ready for a sentence.

    Attributes:
        value: the number, or names with numbers.
        unit: of the numbers.
        digits: after the decimal point.
        sectors: whether the names are of sectors.
    """

    value: Value
    unit: str
    digits: int
    sectors: bool = False


@dataclass(frozen=True)
class Quotation:
    """What stands in one pair of braces: ``{key}``, ``{key @ variant}``, or several of them after a semicolon.

    With words before it, ``{gains US$|loses US$: key @ variant; key @ another}``, the sign of each number chooses the
    word, and its size follows; a word is said once for numbers that share it: *loses US$ 1.90 and 3.69*. A third word,
    ``{gains US$|loses US$|moves by less than US$: key}``, stands before what rounds to zero, with half of the last
    digit.

    Attributes:
        words: for more, less and no more than half of the last digit; the last may be None; None: numbers as they are.
        named: keys of measures, each with a variant or "".
    """

    words: tuple[str, str, str | None] | None
    named: tuple[tuple[str, str], ...]


def quotations(text: str) -> Iterator[Quotation]:
    """What an answer quotes, in order.

    Raises:
        ValueError: braces that do not say what they quote, or words for signs of which one is empty.

    Example:
        >>> [quotation] = quotations("Japan {gains|loses: japan @ cars; japan @ all goods} bn.")
        >>> quotation.named
        (('japan', 'cars'), ('japan', 'all goods'))
    """
    if left := re.search(r"[{}].{0,20}", _QUOTED.sub("", text)):
        raise ValueError(f"answer: a brace is left at {left[0]!r}: braces hold a measure, as {{key @ variant}}")
    yield from (_read(match) for match in _QUOTED.finditer(text))


def filled(text: str, number: Callable[[str, str], Number]) -> str:
    """The text with its numbers.

    Args:
        text: an answer.
        number: gives that of a key and a variant.
    """
    return _QUOTED.sub(lambda match: _worded(_read(match), number), text)


def _read(match: re.Match[str]) -> Quotation:
    up, down, same = match.group("up", "down", "same")
    if up is not None and not (up.strip() and down.strip()):
        raise ValueError(f"answer: {match[0]} needs a word for each sign, as in {{gains|loses: key}}")
    words = None if up is None else (up.strip(), down.strip(), same.strip() if same else None)
    named = []
    for part in match["named"].split(";"):
        key, _, variant = part.partition("@")
        if not key.strip():
            raise ValueError(f"answer: {match[0]} names no measure")
        named.append((key.strip(), variant.strip()))
    return Quotation(words, tuple(named))


def _worded(quotation: Quotation, number: Callable[[str, str], Number]) -> str:
    phrases, said = [], ""
    for key, variant in quotation.named:
        word, size = _phrase(number(key, variant), quotation.words)
        phrases.append(size if word in ("", said) else f"{word} {size}")
        said = word
    return _joined(phrases)


def _phrase(number: Number, words: tuple[str, str, str | None] | None) -> tuple[str, str]:
    """A word for the sign, if there are words, and the number or its size."""
    if isinstance(number.value, tuple):
        return "", _listed(number.value, number)
    if words is None:
        return "", plain(number.value, number.digits)
    up, down, same = words
    smallest = 10.0**-number.digits
    if same is not None and abs(number.value) < smallest / 2:
        return same, f"{smallest / 2:g}"
    return up if number.value >= 0 else down, plain(abs(number.value), number.digits)


def _listed(entries: Sequence[tuple[str, float]], number: Number) -> str:
    """Names with sizes: all are gains or all are losses, so the sentence says which."""
    sizes = [plain(abs(size), number.digits) for _, size in entries]
    units = [_with_unit(sizes[0], number.unit), *sizes[1:]] if sizes else []
    names = [_in_sentence(name, sector=number.sectors) for name, _ in entries]
    return _joined([f"{name} ({size})" for name, size in zip(names, units, strict=True)]) or "nobody"


def _in_sentence(name: str, *, sector: bool) -> str:
    """A name within a sentence: sectors in lower case unless they begin with an abbreviation, regions with an article.

    >>> _in_sentence("Iron and steel", sector=True), _in_sentence("United States", sector=False)
    ('iron and steel', 'the United States')
    """
    if sector:
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]
    name = name.replace("Rest of the ", "rest of the ")
    return f"the {name}" if name.startswith(ARTICLE) else name


def _with_unit(size: str, unit: str) -> str:
    before, after = ("US$ ", " bn") if unit == "US$ bn" else ("", unit if unit == "%" else f" {unit}")
    return f"{before}{size}{after}".strip()


def _joined(phrases: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(phrases[:-1]), *phrases[-1:]]))


def plain(value: float, digits: int) -> str:
    """A number as text; what rounds to zero has no sign.

    >>> plain(-1234.56, 1), plain(-0.001, 2)
    ('-1,234.6', '0.00')
    """
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text
