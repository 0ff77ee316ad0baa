"""The photo model: calibrated probabilities and a prediction set for photos of one rash, or no hint."""

from __future__ import annotations

import hashlib
import json
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import ModelUnavailable
from core.photo import decode_square
from core.types import LesionPhoto, VisionResult

if TYPE_CHECKING:  # imported late: it takes seconds, and a case without a photo does not need it
    import torch

FloatArray = NDArray[np.float32]

HEALTHY, OTHER, NON_SKIN = "healthy_skin", "other", "non_skin"
NO_CONDITION = frozenset({OTHER, NON_SKIN})
"""Classes that can never be a hint."""
FOLDER = "lesion"
_FILES = ("config.json", "model.safetensors", "calibration.json")


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

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """The calibration in a file's text; raises ValueError, KeyError or TypeError where it is broken."""
        told = json.loads(text)
        calibration = cls(
            classes=tuple(told["classes"]),
            input_px=int(told["input_px"]),
            **{name: float(told[name]) for name in cls.__slots__[2:]},
        )
        if calibration.temperature <= 0 or not {OTHER, NON_SKIN} <= set(calibration.classes):
            raise ValueError("calibration out of range")
        return calibration


class LesionClassifier:
    """The photo model of one folder; loads itself at first use, and reads one request at a time."""

    def __init__(self, models_dir: Path, threads: int = 2) -> None:
        """Takes the folder that holds `manifest.toml` and `lesion/`; nothing is read before the first use."""
        self._models_dir = models_dir
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[torch.nn.Module, Calibration] | None = None

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
            model, calibration = self._load()
            logits = _logits(model, [square_to_pixels(square, calibration.input_px) for square in squares])
        return combine(logits, calibration)

    def _load(self) -> tuple[torch.nn.Module, Calibration]:
        if self._loaded is None:
            folder = self._models_dir / FOLDER
            try:
                require_hashes(self._models_dir, [f"{FOLDER}/{name}" for name in _FILES])
                calibration = Calibration.from_json((folder / "calibration.json").read_text(encoding="utf-8"))
                self._loaded = _read_model(folder, calibration.classes, self._threads), calibration
            except (OSError, ImportError, ValueError, KeyError, TypeError, RuntimeError) as cause:
                raise ModelUnavailable("photo model") from cause
        return self._loaded


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
    return VisionResult(
        in_scope=in_scope,
        is_skin=bool(shows_skin.any()),
        probabilities=probabilities,
        prediction_set=prediction_set(probabilities, reported(widest, calibration.classes), calibration)
        if in_scope
        else (),
    )


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


def require_hashes(models_dir: Path, paths: Sequence[str]) -> None:
    """Nothing, when each file is what `manifest.toml` says.

    Raises:
        ValueError: a file is not listed or has changed.
        OSError: a file is missing.
    """
    listed = tomllib.loads((models_dir / "manifest.toml").read_text(encoding="utf-8"))["file"]
    expected = {entry["path"]: entry["sha256"] for entry in listed}
    for path in paths:
        if hashlib.sha256((models_dir / path).read_bytes()).hexdigest() != expected.get(path):
            raise ValueError(f"{path} is not the file that manifest.toml lists")


def _read_model(folder: Path, classes: tuple[str, ...], threads: int) -> torch.nn.Module:
    """The network in evaluation mode; raises ValueError where its classes are others."""
    import torch  # noqa: PLC0415 (late, as above)
    from transformers import AutoModelForImageClassification  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    torch.set_num_threads(threads)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    network: Any = AutoModelForImageClassification.from_pretrained(folder, local_files_only=True)  # Any: as it is typed
    if tuple(network.config.id2label.values()) != classes:
        raise ValueError("classes of weights and calibration differ")
    module: torch.nn.Module = network.eval()
    return module


def _logits(model: torch.nn.Module, pixels: Sequence[FloatArray]) -> FloatArray:
    """(n, k) logits, one photo after the other to keep memory low; raises ModelUnavailable where the network fails."""
    import torch  # noqa: PLC0415 (late, as above)

    try:
        with torch.inference_mode():
            rows = [model(torch.from_numpy(photo[None])).logits.numpy() for photo in pixels]
    except RuntimeError as cause:
        raise ModelUnavailable("photo model") from cause
    logits: FloatArray = np.concatenate(rows)
    return logits
