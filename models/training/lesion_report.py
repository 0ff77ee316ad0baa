"""Calibration and figures from logits of photos that the model had not seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from lesion_data import CLASSES, UNKNOWN, LabelledPhoto, under
from numpy.typing import NDArray

from core.vision import HEALTHY, NON_SKIN, OTHER, Calibration, combine, log_probabilities

COVERAGE = 0.9
SKIN_LOST_MAX = 0.01
"""Share of skin photos that may be taken for no skin."""
UNKNOWN_HINTED_MAX = 0.2
"""Share of photos of unknown conditions that may get a hint."""
HINT_RIGHT_MIN = 0.7
"""Share of hints for known classes whose first class must be right, on sources the model had not seen."""
KNOWN = UNKNOWN
"""Targets below it are known classes."""


class HeldOut(NamedTuple):
    """Logits of photos from models that had not seen them."""

    logits: NDArray[np.float32]
    photos: Sequence[LabelledPhoto]

    @property
    def targets(self) -> NDArray[np.int64]:
        """(n,) indices into `CLASSES`."""
        return np.array([photo.target for photo in self.photos])

    def where(self, mask: NDArray[np.bool_]) -> HeldOut:
        """The part under the mask."""
        return HeldOut(self.logits[mask], under(self.photos, mask))


def joined(splits: Sequence[HeldOut]) -> HeldOut:
    """All of them, one after the other."""
    return HeldOut(
        np.concatenate([split.logits for split in splits]), [photo for split in splits for photo in split.photos]
    )


def calibrate(inside: HeldOut, rounds: Sequence[HeldOut], input_px: int) -> Calibration:
    """Temperature from unseen sources, every round with the same weight; thresholds from the less flattering split."""
    temperatures = np.arange(0.4, 4.0, 0.05)
    losses = [np.mean([nll(unseen, float(temperature)) for unseen in rounds]) for temperature in temperatures]
    temperature = round(float(temperatures[int(np.argmin(losses))]), 2)
    across = joined(rounds)
    return Calibration(
        classes=CLASSES,
        input_px=input_px,
        temperature=temperature,
        coverage=COVERAGE,
        set_threshold=min(set_threshold(split, temperature) for split in (inside, across)),
        hint_threshold=hint_threshold(inside, across, temperature),
        non_skin_threshold=non_skin_threshold((inside, across), temperature),
        first_ratio=dict.fromkeys(CLASSES[:KNOWN], 1.0),
        in_set_ratio=1.0,
        left_out_ratio=1.0,
    )


def probabilities(split: HeldOut, temperature: float) -> NDArray[np.float32]:
    """(n, k) calibrated probabilities."""
    return np.exp(log_probabilities(split.logits, temperature))


def nll(split: HeldOut, temperature: float) -> float:
    """Mean negative log-likelihood of the true classes."""
    return float(-log_probabilities(split.logits, temperature)[np.arange(len(split.photos)), split.targets].mean())


def set_threshold(split: HeldOut, temperature: float) -> float:
    """The largest threshold that keeps the true class of known photos in the set at the coverage, corrected for n."""
    known = split.targets < KNOWN
    true = np.sort(probabilities(split, temperature)[known, split.targets[known]])
    rank = int((len(true) + 1) * (1 - COVERAGE))
    return round(float(true[rank - 1]) - 5e-5, 4) if rank else 0.0


def hint_threshold(inside: HeldOut, across: HeldOut, temperature: float) -> float:
    """The least probability of the first class at which hints are right and unknown conditions stay without one."""
    for threshold in np.arange(0.3, 1.0, 0.01):
        right = hints(across, temperature, threshold, lambda target: target < KNOWN)[1]
        unknown = [hints(s, temperature, threshold, lambda target: target == KNOWN)[0] for s in (inside, across)]
        if right >= HINT_RIGHT_MIN and max(unknown) <= UNKNOWN_HINTED_MAX:
            return round(float(threshold), 2)
    return 1.0


def hints(
    split: HeldOut, temperature: float, threshold: float, choose: Callable[[NDArray[np.int64]], NDArray[np.bool_]]
) -> tuple[float, float]:
    """Share of the chosen photos with a hint, and share of those hints whose first class is right."""
    chosen = choose(split.targets)
    p, targets = probabilities(split, temperature)[chosen], split.targets[chosen]
    hinted = (p.argmax(axis=1) < KNOWN) & (p.max(axis=1) >= threshold)
    right = (p.argmax(axis=1) == targets)[hinted]
    return float(hinted.mean()) if chosen.any() else 0.0, float(right.mean()) if hinted.any() else 1.0


def non_skin_threshold(splits: Sequence[HeldOut], temperature: float) -> float:
    """The probability of `non_skin` that at most 1 % of skin photos exceed, over both splits."""
    skin = [probabilities(s, temperature)[s.targets != CLASSES.index(NON_SKIN), -1] for s in splits]
    return round(float(np.quantile(np.concatenate(skin), 1 - SKIN_LOST_MAX)), 3)


def share(hits: Sequence[bool] | NDArray[np.bool_]) -> dict[str, float | int]:
    """A share with its number and its 95 % Wilson interval (Wilson 1927, doi:10.2307/2276774)."""
    n, k = len(hits), int(np.sum(hits))
    if n == 0:
        return {"n": 0}
    z = 1.96
    middle, half = (k + z * z / 2) / (n + z * z), z * sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
    return {"n": n, "share": round(k / n, 3), "low": round(max(0.0, middle - half), 3), "high": round(middle + half, 3)}


def evaluate(split: HeldOut, calibration: Calibration) -> dict[str, object]:
    """Every figure of one split, as the product would answer photo by photo."""
    p, targets = probabilities(split, calibration.temperature), split.targets
    ranks = (-p).argsort(axis=1).argsort(axis=1)[np.arange(len(p)), targets]
    known, skin = targets < KNOWN, targets != CLASSES.index(NON_SKIN)
    return {
        "known_classes": {"top1": share(ranks[known] < 1), "top3": share(ranks[known] < 3)},
        "balanced_top1": round(
            float(np.mean([np.mean(ranks[targets == t] < 1) for t in np.unique(targets[known])])), 3
        ),
        "ece": round(expected_calibration_error(p[skin], targets[skin]), 3),
        "by_class": {
            CLASSES[t]: {
                "groups": len({photo.group for photo in split.photos if photo.target == t}),
                "top1": share(ranks[targets == t] < 1),
                "top3": share(ranks[targets == t] < 3),
                "taken_for": dict(Counter(CLASSES[i] for i in p[targets == t].argmax(axis=1)).most_common(4)),
            }
            for t in np.unique(targets)
        },
        "by_source": by(split, ranks, known, lambda photo: photo.source),
        "by_tone": by(split, ranks, known, lambda photo: photo.tone or "not told"),
        **hint_figures(split, calibration),
    }


def round_figures(split: HeldOut, calibration: Calibration) -> dict[str, object]:
    """What one round over unseen sources found of known classes."""
    p, known = probabilities(split, calibration.temperature), split.targets < KNOWN
    ranks = (-p).argsort(axis=1).argsort(axis=1)[np.arange(len(p)), split.targets][known]
    figures = hint_figures(split, calibration)
    return {"top1": share(ranks < 1), "top3": share(ranks < 3)} | {
        name: figures[name] for name in ("hint_given", "hint_first_right", "set_holds_truth")
    }


def own_classes(folds: Sequence[HeldOut], source: str) -> dict[str, object]:
    """Share right among the classes of one source only, on its photos: in all, in each fold, and spread over folds."""
    parts = [fold.where(np.array([photo.source == source for photo in fold.photos])) for fold in folds]
    names = np.unique(joined(parts).targets)
    hits = [names[part.logits[:, names].argmax(axis=1)] == part.targets for part in parts if len(part.photos)]
    each = [float(hit.mean()) for hit in hits]
    return {
        "classes": [CLASSES[name] for name in names],
        "top1": share(np.concatenate(hits or [np.zeros(0, bool)])),
        "each_fold": [round(value, 3) for value in each],
        "sd": round(float(np.std(each, ddof=1)), 3) if len(each) > 1 else None,
    }


def by(
    split: HeldOut, ranks: NDArray[np.int64], known: NDArray[np.bool_], name: Callable[[LabelledPhoto], str]
) -> dict[str, object]:
    """Top-1 and top-3 of known classes for each name."""
    found: dict[str, list[int]] = defaultdict(list)
    for photo, rank, is_known in zip(split.photos, ranks, known, strict=True):
        if is_known:
            found[name(photo)].append(int(rank))
    return {
        key: {"top1": share([r < 1 for r in rows]), "top3": share([r < 3 for r in rows])}
        for key, rows in sorted(found.items())
    }


def hint_figures(split: HeldOut, calibration: Calibration) -> dict[str, object]:
    """How often a hint is given, how often it is right, what the sets hold, and what is taken for no skin."""
    results = [combine(row[None], calibration) for row in split.logits]
    truth = [CLASSES[target] for target in split.targets]
    known = [(r, t) for r, t in zip(results, truth, strict=True) if t not in {OTHER, NON_SKIN}]
    unknown = [r for r, t in zip(results, truth, strict=True) if t == OTHER]
    hinted = [(r, t) for r, t in known if r.has_hint]
    is_skin = {
        name: share(
            [not r.is_skin for r, t in zip(results, truth, strict=True) if (t == NON_SKIN) == (name == NON_SKIN)]
        )
        for name in ("skin", NON_SKIN)
    }
    non_skin = np.array([t == NON_SKIN for t in truth])
    score = probabilities(split, calibration.temperature)[:, -1]
    return {
        "hint_given": share([r.has_hint for r, _ in known]),
        "hint_single": share([len(r.prediction_set) == 1 for r, _ in known]),
        "hint_single_unknown_condition": share([len(r.prediction_set) == 1 for r in unknown]),
        "hint_given_unknown_condition": share([r.has_hint for r in unknown]),
        "hint_given_non_skin": share([r.has_hint for r, t in zip(results, truth, strict=True) if t == NON_SKIN]),
        "hint_first_right": share([r.prediction_set[0] == t for r, t in hinted]),
        "hint_first_right_rash": share([r.prediction_set[0] == t for r, t in hinted if t != HEALTHY]),
        "set_holds_truth": share([r.probabilities[t] >= calibration.set_threshold for r, t in known]),
        "set_holds_truth_when_hinted": share([t in r.prediction_set for r, t in hinted]),
        "mean_set_size_when_hinted": round(float(np.mean([len(r.prediction_set) for r, _ in hinted])), 2)
        if hinted
        else None,
        "taken_for_no_skin": is_skin,
        "non_skin_auroc": round(auroc(score[non_skin], score[~non_skin]), 4) if non_skin.any() else None,
    }


def expected_calibration_error(p: NDArray[np.float32], targets: NDArray[np.int64], bins: int = 10) -> float:
    """Mean gap between the first class's probability and how often it is right (Guo et al. 2017, arXiv:1706.04599)."""
    top, right = p.max(axis=1), p.argmax(axis=1) == targets
    place = np.minimum((top * bins).astype(int), bins - 1)
    gaps = [np.abs(top[place == b].mean() - right[place == b].mean()) * np.mean(place == b) for b in np.unique(place)]
    return float(np.sum(gaps))


def auroc(positive: NDArray[np.float32], negative: NDArray[np.float32]) -> float:
    """Chance that a positive scores above a negative, ties half."""
    above = (positive[:, None] > negative[None]).mean() + (positive[:, None] == negative[None]).mean() / 2
    return float(above)
