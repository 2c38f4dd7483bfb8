"""Which sectors are goods."""

from __future__ import annotations

import re

import numpy as np

from comity.world.classification import industry_cover, is_goods
from comity.world.world import Floats, World


def goods(world: World) -> Floats:
    """One for sectors whose members are all goods industries (ISIC sections A, B, C), else zero: ``[j]``.

    Codes of a classification that is not known are read as ISIC where they look like it (``C29``); where one does not,
    goods cannot be told from services and all values are missing.
    """
    found = [[_is_good(code) for code in members] for members in world.sector_members]
    if any(good is None for members in found for good in members):
        return np.full(len(found), np.nan)
    return np.array([float(all(members)) for members in found])


def _is_good(code: str) -> bool | None:
    if code in industry_cover():
        return is_goods(code)
    section = re.fullmatch(r"([A-U])(\d.*)?", code)
    return None if section is None else section[1] in "ABC"
