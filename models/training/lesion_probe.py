"""What frozen features of another backbone would add: a linear layer over its middle layers, alone and mixed.

    python models/training/lesion_probe.py --photos DIR --backbone DIR --work DIR

`--backbone` is an EfficientNet-Lite checkpoint with ImageNet weights, `--work` the folder of `train_lesion.py`, whose
finished runs are mixed with. Prints first right and among three for the grouped folds and for each round over unseen
sources, then how the folds change when fewer groups are learnt from. Nothing is kept but the features.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from lesion_data import (
    UNKNOWN,
    LabelledPhoto,
    grouped_folds,
    is_learnable,
    read_manifest,
    read_squares,
    source_rounds,
    under,
)
from lesion_layers import features_of, fitted_layer
from numpy.typing import NDArray
from transformers import EfficientNetForImageClassification

from core.vision import log_probabilities

EDGE_PX, SEED, FOLDS = 260, 20, 3
SHARES = (0.25, 0.5, 0.75, 1.0)
Mask = NDArray[np.bool_]


class Split(NamedTuple):
    """Photos to learn from and photos to test."""

    name: str
    train: Mask
    test: Mask
    counted: Mask
    """(tests,) those whose class could be learnt."""


def fitted(features: NDArray[np.float32], photos: Sequence[LabelledPhoto], split: Split) -> NDArray[np.float64]:
    """(tests, k) log-probabilities of a linear layer that was fitted on the training photos."""
    weight, bias = fitted_layer(features[split.train], under(photos, split.train))
    return log_probabilities(features[split.test] @ weight.T + bias, 1.0)


def splits_of(photos: Sequence[LabelledPhoto], share: float = 1.0) -> Iterator[Split]:
    """The folds, learnt from a share of the groups; the rounds over unseen sources too when it is all of them."""
    fold_of = grouped_folds(photos, FOLDS, np.random.default_rng(SEED))
    groups = sorted({photo.group for photo in photos})
    kept = set(np.random.default_rng(SEED).permutation(groups)[: round(share * len(groups))])
    is_kept = np.array([photo.group in kept for photo in photos])
    for fold in range(FOLDS):
        test = fold_of == fold
        yield Split(f"fold{fold}", ~test & is_kept, test, np.ones(int(test.sum()), bool))
    if share == 1:
        for name, (train, test) in source_rounds(photos).items():
            yield Split(name, train, test, is_learnable(photos, train, test))


def ranks_of(scores: NDArray[np.float64], photos: Sequence[LabelledPhoto], split: Split) -> NDArray[np.int64]:
    """Place of the true class for each counted test photo of a known class."""
    targets = np.array([photo.target for photo in under(photos, split.test)])
    ranks = (-scores).argsort(axis=1).argsort(axis=1)[np.arange(len(targets)), targets]
    return ranks[split.counted & (targets < UNKNOWN)]


def line(name: str, ranks: Sequence[NDArray[np.int64]]) -> str:
    """`name  0.752 first, 0.935 among three, n=1065`."""
    every = np.concatenate(ranks)
    return f"{name:34} {np.mean(every < 1):.3f} first, {np.mean(every < 3):.3f} among three, n={len(every)}"


def main() -> None:
    """Nothing; prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--photos", "--backbone", "--work"):
        parser.add_argument(name, type=Path, required=True)
    args = parser.parse_args()
    photos, kept = read_manifest(args.photos), args.work / "probe_features.npy"
    if not kept.exists():
        backbone = EfficientNetForImageClassification.from_pretrained(args.backbone, local_files_only=True)
        np.save(kept, features_of(backbone, read_squares(args.photos, photos), EDGE_PX))
    features = np.load(kept)
    found: dict[str, list[NDArray[np.int64]]] = {}
    for split in splits_of(photos):
        run = args.work / f"{split.name}.npy"
        alone = fitted(features, photos, split)
        kind = "same sources" if split.name.startswith("fold") else "unseen sources"
        scores = {"frozen": alone}
        if run.exists():
            tuned = log_probabilities(np.load(run), 1.0)
            scores |= {"fine-tuned": tuned, "both": alone + tuned}
        for name, score in scores.items():
            for part in {kind, kind if kind == "same sources" else split.name}:
                found.setdefault(f"{part}: {name}", []).append(ranks_of(score, photos, split))
    print("\n".join(line(name, ranks) for name, ranks in sorted(found.items())))
    for share in SHARES:
        ranks = [ranks_of(fitted(features, photos, split), photos, split) for split in splits_of(photos, share)]
        print(line(f"frozen, {share:.0%} of groups", ranks[:FOLDS]))


if __name__ == "__main__":
    main()
