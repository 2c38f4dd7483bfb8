"""What of a world goes into its file and its hash: labels as JSON, arrays by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from comity.world.accounts import Step
from comity.world.elasticities import Elasticities

NAMES = ("regions", "sectors", "region_names", "sector_names")
MEMBERS = ("region_members", "sector_members")
_PREFIX = "elasticities."


def elasticity_arrays(e: Elasticities) -> dict[str, np.ndarray]:
    """Arrays of a set of elasticities, as they are named in a file."""
    return {f"{_PREFIX}{f.name}": v for f in fields(e) if isinstance(v := getattr(e, f.name), np.ndarray)}


def digest(labels: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of labels and arrays, hexadecimal."""
    result = hashlib.sha256(json.dumps(labels, ensure_ascii=False).encode())
    for name, array in sorted(arrays.items()):
        result.update(f"{name}{array.dtype.str}{array.shape}".encode())
        result.update(np.ascontiguousarray(array).data)
    return result.hexdigest()


def label_of(
    labels: Mapping[str, object], e: Elasticities, estimated: tuple[str, ...], history: tuple[Step, ...], content: str
) -> dict[str, object]:
    """The JSON label of a file; `content` is the hash."""
    return dict(labels) | {
        "elasticities": {"name": e.name, "concept": e.concept, "notes": e.notes},
        "estimated": estimated,
        "history": [[s.action, s.detail, s.count, s.amount] for s in history],
        "hash": content,
    }


def fields_of(label: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Fields of a world from what its file holds."""
    own = {name.removeprefix(_PREFIX): array for name, array in arrays.items() if name.startswith(_PREFIX)}
    about = label["elasticities"]
    return {
        **{key: label[key] for key in ("name", "year", "source")},
        **{key: tuple(label[key]) for key in (*NAMES, "estimated")},
        **{key: tuple(map(tuple, label[key])) for key in MEMBERS},
        **{name: array for name, array in arrays.items() if not name.startswith(_PREFIX)},
        "history": tuple(Step(*step) for step in label["history"]),
        "elasticities": Elasticities(about["name"], about["concept"], notes=tuple(about["notes"]), **own),
    }
