"""The photo model: calibrated probabilities and a prediction set for photos of one rash, or no hint."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from core.errors import ModelUnavailable
from core.lesion_network import FloatArray, Network, TorchNetwork, open_network, require_hashes
from core.photo import decode_square
from core.photo_types import LesionPhoto, VisionResult

HEALTHY, OTHER, NON_SKIN = "healthy_skin", "other", "non_skin"
NO_CONDITION = frozenset({OTHER, NON_SKIN})
"""Classes that can never be a hint."""
FOLDER = "lesion"
CALIBRATION = "calibration.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What turns logits into a result, fitted on photos that the model had not seen."""

    classes: tuple[str, ...]
    """Order of the logits; `non_skin` is reported within `other`."""
    input_px: int
    """Edge of the picture that the network sees."""
    temperature: float
    """Divides the logits, > 0."""
    coverage: float
    """Share of photos of known classes whose class is in the prediction set, 0–1."""
    set_threshold: float
    """Least probability of a class in the prediction set."""
    hint_threshold: float
    """Least probability of the first class for a hint."""
    non_skin_threshold: float
    """From this probability of `non_skin` on, the picture is taken for no skin."""
    first_ratio: Mapping[str, float]
    """Class → how much likelier a hint that puts it first is with it than without it, > 0, on unseen sources."""
    in_set_ratio: float
    """The same for a class that a hint's set holds in another place, > 0."""
    left_out_ratio: float
    """The same for a class that a hint's set leaves out, > 0."""

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """The calibration in a file's text; raises ValueError, KeyError or TypeError where it is broken."""
        told = json.loads(text)
        calibration = cls(
            classes=tuple(told["classes"]),
            input_px=int(told["input_px"]),
            first_ratio={name: float(told["first_ratio"][name]) for name in told["classes"][:-2]},
            **{name: float(told[name]) for name in cls.__slots__[2:] if name != "first_ratio"},
        )
        scales = (calibration.temperature, calibration.in_set_ratio, calibration.left_out_ratio)
        if min(*scales, *calibration.first_ratio.values()) <= 0 or calibration.classes[-2:] != (OTHER, NON_SKIN):
            raise ValueError("calibration out of range")
        return calibration


class LesionClassifier:
    """The photo model of one folder; loads itself at first use, and reads one request at a time."""

    def __init__(self, models_dir: Path, threads: int = 2) -> None:
        """Takes the folder that holds `manifest.toml` and `lesion/`; nothing is read before the first use."""
        self._models_dir = models_dir
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[Network, Calibration] | None = None
        self._reference: TorchNetwork | None = None

    def load(self) -> None:
        """Nothing; weights are in memory afterwards. Raises ModelUnavailable."""
        with self._lock:
            self._load()

    def classify(self, photos: Sequence[LesionPhoto]) -> VisionResult:
        """What the photos of one rash say together.

        Args:
            photos: one or more; those that show no skin are left out where another one does.

        Raises:
            ModelUnavailable: weights are missing, changed or unusable.
            ValueError: no photo was given.
        """
        if not photos:
            raise ValueError("no photo to classify")
        squares = [decode_square(photo) for photo in photos]
        with self._lock:
            network, calibration = self._load()
            logits = network.logits([square_to_pixels(square, calibration.input_px) for square in squares])
        return combine(logits, calibration)

    def explain(self, photo: LesionPhoto, name: str) -> FloatArray:
        """Where in a photo the network found what speaks for a class: (h, w), the strongest place 1, all 0 for none.

        Args:
            photo: one photo.
            name: a class of the calibration.

        Raises:
            ModelUnavailable: weights are missing, changed or unusable, or there is no such class.
        """
        square = decode_square(photo)
        with self._lock:
            network, calibration = self._load()
            if name not in calibration.classes:
                raise ModelUnavailable("photo model")
            pixels = square_to_pixels(square, calibration.input_px)
            return self._explaining(network, calibration).evidence(pixels, calibration.classes.index(name))

    def _explaining(self, network: Network, calibration: Calibration) -> TorchNetwork:
        """The network on torch, which alone can be asked for gradients; loaded when it is first asked."""
        if isinstance(network, TorchNetwork):
            return network
        if self._reference is None:
            with _unavailable():
                self._reference = TorchNetwork(self._models_dir, FOLDER, calibration.classes, self._threads)
        return self._reference

    def _load(self) -> tuple[Network, Calibration]:
        if self._loaded is None:
            folder = self._models_dir / FOLDER
            with _unavailable():
                require_hashes(self._models_dir, [f"{FOLDER}/{CALIBRATION}"])
                calibration = Calibration.from_json((folder / CALIBRATION).read_text(encoding="utf-8"))
                self._loaded = open_network(self._models_dir, FOLDER, calibration.classes, self._threads), calibration
        return self._loaded


@contextmanager
def _unavailable() -> Iterator[None]:
    """Turns whatever files and libraries raise into ModelUnavailable."""
    try:
        yield
    except (OSError, ImportError, ValueError, KeyError, TypeError, RuntimeError) as cause:
        raise ModelUnavailable("photo model") from cause


def square_to_pixels(square: Image.Image, edge_px: int) -> FloatArray:
    """(3, edge, edge) network input in -1…1: `(value - 127) / 128` of a square RGB picture."""
    small = square.resize((edge_px, edge_px), Image.Resampling.BICUBIC)
    centred: FloatArray = np.asarray(small, dtype=np.float32) - np.float32(127)
    return (centred / np.float32(128)).transpose(2, 0, 1)


def log_probabilities(logits: FloatArray, temperature: float) -> FloatArray:
    """(n, k) log-probabilities after temperature scaling.

    Source: Guo et al. 2017, arXiv:1706.04599, section 4.2.
    """
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    result: FloatArray = (scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))).astype(np.float32)
    return result


def combine(logits: FloatArray, calibration: Calibration) -> VisionResult:
    """The result for photos of one rash: the mean of their log-probabilities.

    Photos that put different classes first widen the set to all that any of them would hold.

    Args:
        logits: (n, k), a row a photo, n ≥ 1.
        calibration: its classes are the columns.
    """
    each = log_probabilities(logits, calibration.temperature)
    shows_skin = np.exp(each[:, calibration.classes.index(NON_SKIN)]) < calibration.non_skin_threshold
    used = each[shows_skin] if shows_skin.any() else each
    together = np.exp(log_probabilities(used.mean(axis=0, keepdims=True), 1.0))[0]
    first = int(together.argmax())
    in_scope = bool(
        shows_skin.any()
        and calibration.classes[first] not in NO_CONDITION
        and together[first] >= calibration.hint_threshold
    )
    probabilities = reported(together, calibration.classes)
    widest = np.exp(used).max(axis=0) if len(set(used.argmax(axis=1).tolist())) > 1 else together
    held = prediction_set(probabilities, reported(widest, calibration.classes), calibration) if in_scope else ()
    return VisionResult(
        in_scope=in_scope,
        is_skin=bool(shows_skin.any()),
        probabilities=probabilities,
        no_skin=float(together[calibration.classes.index(NON_SKIN)]),
        prediction_set=held,
        ratios=likelihood_ratios(held, calibration),
    )


def likelihood_ratios(held: Sequence[str], calibration: Calibration) -> dict[str, float]:
    """What a hint with this set is worth for each class that can be a hint; empty without a hint."""
    if not held:
        return {}
    ratios = {
        name: calibration.in_set_ratio if name in held else calibration.left_out_ratio
        for name in calibration.first_ratio
    }
    return ratios | {name: calibration.first_ratio[name] for name in held[:1] if name in ratios}


def reported(probabilities: FloatArray, classes: Sequence[str]) -> dict[str, float]:
    """Class → probability, with `non_skin` added to `other`."""
    named = dict(zip(classes, map(float, probabilities), strict=True))
    named[OTHER] += named.pop(NON_SKIN)
    return named


def prediction_set(
    probabilities: Mapping[str, float], widest: Mapping[str, float], calibration: Calibration
) -> tuple[str, ...]:
    """Classes that reach the threshold in either view, most probable first.

    Source: split conformal prediction with the score 1 - p, Sadinle et al. 2019, arXiv:1609.00451.
    """
    order = sorted(probabilities, key=lambda name: -probabilities[name])
    return tuple(n for n in order if max(probabilities[n], widest[n]) >= calibration.set_threshold)
