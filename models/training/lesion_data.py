"""Labelled photos: reading the manifest, the classes, and splits that never tear a group apart."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.photo import decode_square, render_photo
from core.photo_study import CLASS_OF_LABEL
from core.photo_types import RawUpload

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
UNKNOWN = CLASSES.index("other")
"""Targets below it are known classes."""
ENOUGH_GROUPS = 10
"""Groups that training must hold before a class counts as one that could be learnt."""


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


def main_sources(photos: Sequence[LabelledPhoto]) -> dict[int, str]:
    """The largest source of each class."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for photo in photos:
        counts[photo.target][photo.source] += 1
    return {target: sources.most_common(1)[0][0] for target, sources in counts.items()}


def source_rounds(photos: Sequence[LabelledPhoto]) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Round → (n,) masks of training and test photos, so that no class is tested on a source it was learnt from.

    In round `across` each class is learnt from its largest source and tested on all its others. Then each source that
    is the largest of a known class is left out whole, where another source has enough of one of its classes, and
    tested on what it is the largest source of. Groups are never torn apart, and each photo is tested once at most.
    """
    main = main_sources(photos)
    is_main = np.array([photo.source == main[photo.target] for photo in photos])
    rounds = {"across": (is_main, _apart(photos, is_main, ~is_main))}
    for source in sorted({main[target] for target in main if target < UNKNOWN}):
        is_out = np.array([photo.source == source for photo in photos])
        test = is_out & is_main
        train = _apart(photos, test, ~is_out)
        is_known = np.array([photo.target < UNKNOWN for photo in under(photos, test)], dtype=bool)
        if is_learnable(photos, train, test)[is_known].any():
            rounds[f"without_{source}"] = train, test
    return {name: (train, test) for name, (train, test) in rounds.items() if test.any()}


def _apart(photos: Sequence[LabelledPhoto], first: NDArray[np.bool_], second: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The second mask without photos of groups under the first."""
    taken = {photo.group for photo in under(photos, first)}
    return second & np.array([photo.group not in taken for photo in photos])


def under(photos: Sequence[LabelledPhoto], mask: NDArray[np.bool_]) -> list[LabelledPhoto]:
    """The photos under the mask."""
    return [photo for photo, use in zip(photos, mask, strict=True) if use]


def is_learnable(
    photos: Sequence[LabelledPhoto], train: NDArray[np.bool_], test: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """For each test photo: True when training holds enough groups of its class, or it is of no known class."""
    groups: dict[int, set[str]] = defaultdict(set)
    for photo in under(photos, train):
        groups[photo.target].add(photo.group)
    able = [photo.target >= UNKNOWN or len(groups[photo.target]) >= ENOUGH_GROUPS for photo in under(photos, test)]
    return np.array(able, dtype=bool)


def sampling_weights(photos: Sequence[LabelledPhoto], classes_power: float = 0.5) -> NDArray[np.float64]:
    """(n,) chances to be drawn, sums to 1: scarce classes and scarce sources of a class weigh more."""
    by_class = Counter(photo.target for photo in photos)
    by_source = Counter((photo.target, photo.source) for photo in photos)
    weigh: Callable[[LabelledPhoto], float] = lambda p: (  # noqa: E731
        by_class[p.target] ** -classes_power * by_source[p.target, p.source] ** -0.25
    )
    weights = np.array([weigh(photo) for photo in photos])
    return weights / weights.sum()
