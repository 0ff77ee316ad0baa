"""How far size, frame and file statistics alone would get: what a model could learn without looking at skin."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from lesion_data import LabelledPhoto, grouped_folds
from lesion_report import KNOWN, share
from numpy.typing import NDArray
from PIL import Image

NEIGHBOURS = 5


def shortcut_baseline(folder: Path, photos: Sequence[LabelledPhoto], folds: int, seed: int) -> dict[str, object]:
    """Top-1 of known classes by the five nearest training photos in file statistics, on the same grouped folds."""
    features = np.stack([file_statistics((folder / photo.path).read_bytes()) for photo in photos])
    features = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-9)
    fold_of = grouped_folds(photos, folds, np.random.default_rng(seed))
    targets = np.array([photo.target for photo in photos])
    right = np.zeros(len(photos), dtype=bool)
    for index in range(len(photos)):
        others = np.flatnonzero(fold_of != fold_of[index])
        distance = np.abs(features[others] - features[index]).sum(axis=1)
        nearest = targets[others[np.argsort(distance, kind="stable")[:NEIGHBOURS]]]
        right[index] = np.bincount(nearest, minlength=KNOWN + 2).argmax() == targets[index]
    known = targets < KNOWN
    commonest = np.bincount(targets[known]).argmax()
    return {"top1": share(right[known]), "always_the_commonest_class": share(targets[known] == commonest)}


def file_statistics(data: bytes) -> NDArray[np.float64]:
    """Width, height, bytes a pixel, and mean and spread of the four outermost lines."""
    with Image.open(io.BytesIO(data)) as image:
        luma = np.asarray(image.convert("L"), dtype=np.float64)
    height, width = luma.shape
    edges = [luma[0], luma[-1], luma[:, 0], luma[:, -1]]
    frame = [value for edge in edges for value in (edge.mean(), edge.std())]
    return np.array([np.log(width), np.log(height), len(data) / luma.size, *frame])
