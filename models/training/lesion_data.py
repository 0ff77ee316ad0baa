"""Labelled photos: reading the manifest, the classes, and splits that never tear a group apart."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.photo import decode_square, render_photo
from core.types import RawUpload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

CLASSES = (
    "chickenpox",
    "hand_foot_mouth",
    "measles",
    "mpox",
    "shingles",
    "impetigo",
    "cellulitis",
    "ringworm",
    "athletes_foot",
    "atopic_eczema",
    "folliculitis",
    "healthy_skin",
    "other",
    "non_skin",
)
CLASS_OF_LABEL = {
    "chickenpox": "chickenpox",
    "hfmd": "hand_foot_mouth",
    "measles": "measles",
    "monkeypox": "mpox",
    "cowpox": "mpox",
    "shingles": "shingles",
    "impetigo": "impetigo",
    "cellulitis": "cellulitis",
    "tinea": "ringworm",
    "tinea_pedis": "athletes_foot",
    "eczema_other": "atopic_eczema",
    "atopic_dermatitis": "atopic_eczema",
    "folliculitis_boil": "folliculitis",
    "healthy_skin": "healthy_skin",
    "non_skin": "non_skin",
}
"""Folder label → model class; a label that is not here is trained and tested as `other`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPhoto:
    """A row of the manifest."""

    path: str
    """Relative to the photo folder."""
    label: str
    """The folder's label."""
    target: int
    """Index into `CLASSES`."""
    source: str
    """Where the photo comes from."""
    group: str
    """Same patient, near-duplicate, or crop of the same picture."""
    tone: str
    """Fitzpatrick type 1–6, empty where the source gives none."""
    licence: str
    """As the manifest states it."""


def read_manifest(folder: Path) -> list[LabelledPhoto]:
    """The rows of `manifest.csv`, in its order."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return [
            LabelledPhoto(
                path=row["path"],
                label=row["label"],
                target=CLASSES.index(CLASS_OF_LABEL.get(row["label"], "other")),
                source=row["source"],
                group=row["group"],
                tone=row["tone"] if row["tone"] in "123456" else "",
                licence=row["licence"],
            )
            for row in csv.DictReader(file)
        ]


def read_squares(folder: Path, photos: Sequence[LabelledPhoto]) -> NDArray[np.uint8]:
    """(n, 384, 384, 3) squares, made by the product's own preprocessing without its quality gate."""
    squares = np.empty((len(photos), 384, 384, 3), dtype=np.uint8)
    for index, photo in enumerate(photos):
        data = (folder / photo.path).read_bytes()
        squares[index] = np.asarray(decode_square(render_photo(RawUpload(name=photo.path, data=data))))
    return squares


def grouped_folds(photos: Sequence[LabelledPhoto], folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(n,) fold of each photo: classes spread evenly, every group whole.

    The largest groups are placed first, each where its classes are scarcest.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for index, photo in enumerate(photos):
        members[photo.group].append(index)
    names = [str(name) for name in rng.permutation(sorted(members))]
    names.sort(key=lambda name: -len(members[name]))
    loads = [Counter[int]() for _ in range(folds)]
    fold_of = np.zeros(len(photos), dtype=np.int64)
    for name in names:
        targets = Counter(photos[index].target for index in members[name])
        chosen = min(
            range(folds), key=lambda fold: (sum(loads[fold][t] * n for t, n in targets.items()), loads[fold].total())
        )
        loads[chosen].update(targets)
        fold_of[members[name]] = chosen
    return fold_of


def main_source_only(photos: Sequence[LabelledPhoto]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(n,) masks: train on each class's largest source, test on photos of its other sources.

    A test photo shares no group with a training photo.
    """
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for photo in photos:
        counts[photo.target][photo.source] += 1
    main = {target: sources.most_common(1)[0][0] for target, sources in counts.items()}
    train = np.array([photo.source == main[photo.target] for photo in photos])
    seen = {photo.group for photo, is_train in zip(photos, train, strict=True) if is_train}
    test = np.array([not is_train and p.group not in seen for p, is_train in zip(photos, train, strict=True)])
    return train, test


def sampling_weights(photos: Sequence[LabelledPhoto], classes_power: float = 0.5) -> NDArray[np.float64]:
    """(n,) chances to be drawn, sums to 1: scarce classes and scarce sources of a class weigh more."""
    by_class = Counter(photo.target for photo in photos)
    by_source = Counter((photo.target, photo.source) for photo in photos)
    weigh: Callable[[LabelledPhoto], float] = lambda p: (  # noqa: E731
        by_class[p.target] ** -classes_power * by_source[p.target, p.source] ** -0.25
    )
    weights = np.array([weigh(photo) for photo in photos])
    return weights / weights.sum()
