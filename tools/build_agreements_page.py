"""Write the table of docs/agreements.md from the data.

python tools/build_agreements_page.py
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from comity.policy import agreement

PAGE = Path(__file__).resolve().parents[1] / "docs" / "agreements.md"
BEGIN, END = "<!-- table made by tools/build_agreements_page.py -->\n", "<!-- end of table -->\n"
DAY = date(2022, 12, 31)
SHOWN = (
    "CPTPP", "RCEP", "USMCA", "Japan-US 2019", "TPP", "KORUS", "Australia-US", "EU-Japan", "EU-Korea", "CETA", "EU-UK",
    "EU-Mercosur", "Japan-UK", "ASEAN - China", "ASEAN - Japan", "ASEAN - Korea", "ASEAN - Australia - New Zealand",
    "China - Korea", "AFTA", "EU", "EEA", "Mercosur", "Pacific Alliance", "GCC", "AfCFTA",
)  # fmt: skip
MOST = 6


def table() -> str:
    """The rows of the agreements that the page shows."""
    rows = ["| agreement | in force | members | depth | covers | tariffs |", "| --- | --- | --- | --- | --- | --- |"]
    for name in SHOWN:
        a = agreement(name)
        sides = a.sides(DAY) or a.sides(None)
        blocs = sorted({side if side in ("EU", "AFTA", "MERCOSUR") else code for code, side in sides.items()})
        if a.name == "EU":
            blocs = sorted(sides)
        who = ", ".join(blocs[:MOST]) + (f" and {len(blocs) - MOST} more" if len(blocs) > MOST else "")
        depth = a.depth + (f" ({a.desta_depth} of 7)" if a.desta_depth is not None else " (assumed)")
        covers = " and ".join(word for word, is_ in (("goods", a.goods), ("services", a.services)) if is_)
        rows.append(f"| {a.name} | {a.in_force or 'no'} | {who} | {depth} | {covers} | {a.tariffs} |")
    return "\n".join(rows) + "\n"


def page(text: str) -> str:
    """The page with the table of today."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {PAGE}")
