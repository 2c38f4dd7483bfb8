"""A hook of MkDocs: formulas become MathML, which browsers draw by themselves: no script, no font, no network."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

# What `pymdownx.arithmatex` (generic) makes of $...$ and $$...$$.
INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
BLOCK = re.compile(r'<div class="arithmatex">\\\[(.*?)\\\]</div>', re.DOTALL)
STYLE = "overflow: auto hidden; padding: 0.3em 0"


def on_page_content(content: str, **_: Any) -> str:
    """The HTML of a page with its formulas as MathML."""
    content = BLOCK.sub(lambda m: f'<div style="{STYLE}">{mathml(m[1], "block")}</div>', content)
    return INLINE.sub(lambda m: mathml(m[1], "inline"), content)


def mathml(latex: str, display: str) -> str:
    """One formula; the LaTeX stays in it as the text for readers without MathML and for copying."""
    source = html.unescape(latex).strip()
    body = convert(source, display=display)
    return body.replace("<math ", f'<math alttext="{html.escape(source)}" ', 1)
