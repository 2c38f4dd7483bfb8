"""A hook of MkDocs: notebooks become pages like any other, with their style, search and checked links.

mkdocs-jupyter shows them in Jupyter's own style, 600 kB of it a page, and neither follows nor checks their links.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbconvert.exporters import MarkdownExporter

TEMPLATE = """\
{% extends 'markdown/index.md.j2' %}
{% macro text(content) %}
```text
{{ content | strip_ansi | trim('\\n') }}
```
{% endmacro %}
{% block input %}

```python
{{ cell.source }}
```
{% endblock input %}
{% block stream %}{{ text(output.text) }}{% endblock stream %}
{% block data_text scoped %}{{ text(output.data['text/plain']) }}{% endblock data_text %}
{% block data_html scoped %}

{{ output.data['text/html'] | as_on_other_pages }}

{% endblock data_html %}
{% block data_svg scoped %}

<div style="background: #fff; padding: 0.5em">{{ output.data['image/svg+xml'] }}</div>

{% endblock data_svg %}
"""
OF_PANDAS = re.compile(
    r'<style scoped>.*?</style>\n?| border="1" class="dataframe"| style="text-align: right;"', re.DOTALL
)
LINK = re.compile(r"(\]\((?!https?:)[^)#\s]+)\.ipynb(?=[)#])")
NOTEBOOK = """

<a href="../{name}" download>Download this page as a notebook.</a> What its cells print here, they print in the tests.
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The files of the site with a page for each notebook."""
    exporter = MarkdownExporter(
        raw_template=TEMPLATE, filters={"as_on_other_pages": lambda table: OF_PANDAS.sub("", table)}
    )
    for file in [file for file in files if file.src_uri.endswith(".ipynb")]:
        body, _ = exporter.from_filename(str(file.abs_src_path))
        note = NOTEBOOK.format(name=PurePosixPath(file.src_uri).name)
        files.append(File.generated(config, file.src_uri.removesuffix(".ipynb") + ".md", content=body + note))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The text of a page with links to the pages of notebooks."""
    return LINK.sub(r"\1.md", markdown)
