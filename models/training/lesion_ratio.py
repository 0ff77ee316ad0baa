"""What a hint is worth: how much likelier it is with the condition than without it, on sources never seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

import numpy as np
from lesion_data import CLASSES, UNKNOWN
from lesion_report import HeldOut
from numpy.typing import NDArray

from core.evaluation import Share
from core.vision import NON_SKIN, Calibration, combine

PRIOR_PHOTOS = 20
"""A class's own share weighs as much as the mean of classes when this many of its photos were tested."""
FEWEST_PHOTOS = 5
"""Classes with fewer tested photos are left out of that mean."""
FIRST, IN_SET, LEFT_OUT, NO_HINT = "first", "in_set", "left_out", "no_hint"


def with_ratios(calibration: Calibration, unseen: HeldOut, strangers: HeldOut) -> Calibration:
    """The calibration with the worth of a hint, estimated on photos of skin from sources that the model had not seen.

    Photos of strangers, classes that could not be learnt in their round, count as skin of no known class.

    Three places that a hint can give a class, each with P(place | class) / P(place | any other skin): first, in the
    set, and left out of it. For the first place, how often other skin gets the hint is the class's own figure; how
    often the class gets it is drawn towards the mean, as most classes have few photos from a second source.
    """
    targets = np.append(unseen.targets, [UNKNOWN] * len(strangers.photos)).astype(np.int64)
    is_skin = targets != CLASSES.index(NON_SKIN)
    rows = np.concatenate([unseen.logits, strangers.logits])[is_skin]
    places, targets = np.array([places_of(row, calibration) for row in rows]), targets[is_skin]
    tested = [t for t in range(UNKNOWN) if (targets == t).sum() >= FEWEST_PHOTOS]

    def pooled(place: str) -> float:
        """Mean log ratio of the classes that were tested enough."""
        return float(np.mean([log_ratio(places[:, t] == place, targets == t) for t in tested] or [0.0]))

    found = [(places[targets == t, t] == FIRST).mean() for t in tested]
    mean_found = float(np.mean(found)) if found else 1 / UNKNOWN
    first = {
        name: first_ratio(places[:, t] == FIRST, targets == t, mean_found) for t, name in enumerate(CLASSES[:UNKNOWN])
    }
    return replace(
        calibration,
        first_ratio={name: round(ratio, 2) for name, ratio in first.items()},
        in_set_ratio=round(exp(pooled(IN_SET)), 2),
        left_out_ratio=round(exp(pooled(LEFT_OUT)), 2),
    )


def first_ratio(is_first: NDArray[np.bool_], is_class: NDArray[np.bool_], mean_found: float) -> float:
    """P(first | class), drawn towards the mean of classes, by the highest plausible P(first | other skin)."""
    found = (is_first[is_class].sum() + PRIOR_PHOTOS * mean_found) / (is_class.sum() + PRIOR_PHOTOS)
    wrong = Share(hits=int(is_first[~is_class].sum()), total=int((~is_class).sum()))
    return float(found / wrong.interval[1])


def places_of(logits: NDArray[np.float32], calibration: Calibration) -> Sequence[str]:
    """The place of each known class in the hint for one photo."""
    found = combine(logits[None], calibration)
    if not found.has_hint:
        return [NO_HINT] * UNKNOWN
    return [
        FIRST if name == found.prediction_set[0] else IN_SET if name in found.prediction_set else LEFT_OUT
        for name in CLASSES[:UNKNOWN]
    ]


def log_ratio(is_there: NDArray[np.bool_], is_class: NDArray[np.bool_]) -> float:
    """Log of P(there | class) / P(there | not the class), with half a photo added to each count."""
    inside = (is_there[is_class].sum() + 0.5) / (is_class.sum() + 1)
    outside = (is_there[~is_class].sum() + 0.5) / ((~is_class).sum() + 1)
    return log(inside / outside)
