"""The photo model gives calibrated probabilities and a set, and says nothing about what is no rash it knows."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from transformers import EfficientNetImageProcessorPil

from core.errors import ModelUnavailable
from core.photo import decode_square, render_photo
from core.photo_types import LesionPhoto, RawUpload
from core.vision import (
    NON_SKIN,
    OTHER,
    Calibration,
    LesionClassifier,
    combine,
    log_probabilities,
    require_hashes,
    square_to_pixels,
)
from tests import pictures

MODELS = Path(__file__).parents[2] / "models"
CALIBRATION = Calibration.from_json((MODELS / "lesion/calibration.json").read_text(encoding="utf-8"))
CLASSES = CALIBRATION.classes
REPORTED = set(CLASSES) - {NON_SKIN}
NO_HINT = [
    pytest.param(pictures.cat(), id="cat"),
    pytest.param(pictures.toy(), id="toy"),
    pytest.param(pictures.screenshot(), id="screenshot"),
    pytest.param(pictures.noise(), id="noise"),
    pytest.param(pictures.noise().convert("L").convert("RGB"), id="grey noise"),
    pytest.param(pictures.plain(), id="black"),
    pytest.param(pictures.plain(colour=(255, 255, 255)), id="white"),
    pytest.param(pictures.plain(colour=pictures.FAIR), id="one skin colour"),
    pytest.param(pictures.plain(1), id="one pixel"),
    pytest.param(pictures.blurred(pictures.cat()), id="blurred cat"),
]


@pytest.fixture(scope="module")
def classifier() -> LesionClassifier:
    """The model as shipped."""
    return LesionClassifier(MODELS, threads=2)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the model's files to break."""
    shutil.copy(MODELS / "manifest.toml", tmp_path)
    shutil.copytree(MODELS / "lesion", tmp_path / "lesion")
    return tmp_path


def break_file(path: Path, damage: str) -> None:
    """The file gone, or with other bytes."""
    path.unlink()
    if damage == "changed":
        path.write_bytes(b"something else")


def photo(picture: Image.Image) -> LesionPhoto:
    """The picture made ready, past the quality gate."""
    return render_photo(RawUpload(name="photo.png", data=pictures.encoded(picture, "PNG")))


def logits(**strengths: float) -> np.ndarray:
    """(1, k) logits: zero but for the classes named."""
    return np.array([[strengths.get(name, 0.0) for name in CLASSES]], dtype=np.float32)


# What it says


@pytest.mark.parametrize("picture", NO_HINT)
def test_what_is_no_skin_gets_no_hint(classifier: LesionClassifier, picture: Image.Image) -> None:
    """A thing, a drawing, a screen, noise or one colour is told apart, with probabilities that still sum to 1."""
    found = classifier.classify([photo(picture)])
    assert (found.is_skin, found.in_scope, found.has_hint, found.prediction_set) == (False, False, False, ())
    assert found.probabilities.keys() == REPORTED
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_spots_on_skin_are_taken_for_skin(classifier: LesionClassifier) -> None:
    """Skin with spots is skin, and some rash with spots comes first."""
    found = classifier.classify([photo(pictures.spots())])
    assert found.is_skin
    assert max(found.probabilities, key=found.probabilities.__getitem__) in {"chickenpox", "folliculitis", "mpox"}


def test_same_photo_gives_the_same_result(classifier: LesionClassifier) -> None:
    """Reading is deterministic, also when photos come from several threads at once."""
    ready = photo(pictures.spots())
    alone = classifier.classify([ready])
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(lambda _: classifier.classify([ready]), range(8)))


def test_the_same_photo_twice_says_no_more_than_once(classifier: LesionClassifier) -> None:
    """Copies of one photo add no certainty."""
    ready = photo(pictures.spots())
    once, twice = classifier.classify([ready]), classifier.classify([ready, ready])
    assert twice.probabilities == pytest.approx(once.probabilities, abs=1e-4)


def test_photo_of_a_thing_beside_a_rash_is_left_out(classifier: LesionClassifier) -> None:
    """A cat among photos of the rash changes nothing."""
    rash, cat = photo(pictures.spots()), photo(pictures.cat())
    assert classifier.classify([cat, rash]) == classifier.classify([rash])


def test_no_photo_is_an_error(classifier: LesionClassifier) -> None:
    """Classifying nothing is a mistake of the caller."""
    with pytest.raises(ValueError, match="no photo"):
        classifier.classify([])


# From logits to a result


def test_clear_rash_gives_a_hint() -> None:
    """A class far above the others is in scope and alone in the set."""
    found = combine(logits(measles=9), CALIBRATION)
    assert found.has_hint
    assert found.prediction_set == ("measles",)


def test_doubt_gives_no_hint() -> None:
    """Below the threshold there is no set, however high the first class stands."""
    found = combine(logits(measles=2, mpox=1.9), CALIBRATION)
    assert (found.is_skin, found.in_scope, found.prediction_set) == (True, False, ())


@pytest.mark.parametrize("name", [OTHER, NON_SKIN])
def test_something_else_is_never_a_hint(name: str) -> None:
    """However sure the model is that it is something else, it names nothing."""
    found = combine(logits(**{name: 12}), CALIBRATION)
    assert not found.has_hint
    assert found.probabilities[OTHER] > 0.9
    assert found.is_skin == (name == OTHER)


def test_set_holds_every_class_that_reaches_the_threshold() -> None:
    """The set is the classes at or above the calibrated threshold, most probable first."""
    found = combine(logits(measles=9, mpox=5, chickenpox=6), CALIBRATION)
    likely = {name: p for name, p in found.probabilities.items() if p >= CALIBRATION.set_threshold}
    assert found.prediction_set == tuple(sorted(likely, key=lambda name: -likely[name]))
    assert found.prediction_set[:2] == ("measles", "chickenpox")


def test_photos_that_disagree_widen_the_set() -> None:
    """Two photos that put different classes first give at least the set of each."""
    one, other = logits(measles=9), logits(measles=5.5, mpox=6.5)
    together = combine(np.concatenate([one, one, one, other]), CALIBRATION)
    assert set(together.prediction_set) >= set(combine(one, CALIBRATION).prediction_set) | {"mpox"}


def test_photos_that_agree_strengthen_nothing() -> None:
    """The mean of log-probabilities lies between the photos, never above the surest."""
    sure, unsure = logits(measles=6), logits(measles=3)
    both = combine(np.concatenate([sure, unsure]), CALIBRATION).probabilities["measles"]
    assert (
        combine(unsure, CALIBRATION).probabilities["measles"]
        < both
        < combine(sure, CALIBRATION).probabilities["measles"]
    )


@given(
    arrays.arrays(
        np.float32, st.tuples(st.integers(1, 3), st.just(len(CLASSES))), elements=st.floats(-40, 40, width=32)
    )
)
def test_any_logits_give_a_whole_result(rows: np.ndarray) -> None:
    """Probabilities sum to 1, a hint needs skin and scope, and a set is never empty where there is a hint."""
    found = combine(rows, CALIBRATION)
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert found.in_scope == bool(found.prediction_set)
    assert found.is_skin or not found.in_scope
    assert set(found.prediction_set) <= REPORTED


def test_temperature_agrees_with_brute_force() -> None:
    """Log-probabilities are those of the definition."""
    row = np.array([[1.0, -2.0, 0.5]], dtype=np.float32)
    expected = np.exp(row / 0.7) / np.exp(row / 0.7).sum()
    assert np.exp(log_probabilities(row, 0.7)) == pytest.approx(expected, abs=1e-6)


def test_pixels_are_what_the_network_was_trained_on() -> None:
    """The prepared square becomes (value - 127) / 128 at the calibrated size, and `transformers` makes the same."""
    square = decode_square(photo(pictures.spots()))
    ours = square_to_pixels(square, CALIBRATION.input_px)
    theirs = EfficientNetImageProcessorPil.from_pretrained(MODELS / "lesion")(square, return_tensors="np").pixel_values[
        0
    ]
    assert ours.shape == (3, CALIBRATION.input_px, CALIBRATION.input_px)
    assert np.abs(ours - theirs).max() < 1e-5


@given(st.sampled_from([name for name in CLASSES if name not in {OTHER, NON_SKIN}]), st.floats(3, 30))
def test_hint_carries_what_it_is_worth_for_every_class(first: str, strength: float) -> None:
    """First, in the set, or left out: each class has its measured ratio, and without a hint none has."""
    found = combine(logits(**{first: strength}), CALIBRATION)
    if not found.has_hint:
        assert found.ratios == {}
        return
    assert found.ratios.pop(first) == CALIBRATION.first_ratio[first]
    for name, ratio in found.ratios.items():
        is_held = name in found.prediction_set
        assert ratio == (CALIBRATION.in_set_ratio if is_held else CALIBRATION.left_out_ratio)


# Files


def test_files_are_those_of_the_manifest() -> None:
    """Every file that the manifest lists is there, has its hash and its size, names its licence, and is under 95 MB."""
    entries = tomllib.loads((MODELS / "manifest.toml").read_text(encoding="utf-8"))["file"]
    require_hashes(MODELS, [entry["path"] for entry in entries])
    for entry in entries:
        assert (MODELS / entry["path"]).stat().st_size == entry["bytes"] < 95_000_000
        assert entry["licence"]
        assert entry["from"]
        assert entry["use"]


@pytest.mark.parametrize(
    "names", [("calibration.json",), ("model.onnx", "model.safetensors"), ("model.onnx", "config.json")]
)
@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_missing_or_changed_files_mean_no_model(copied: Path, names: Sequence[str], damage: str) -> None:
    """Files that are gone or are not the listed ones are an error that the app can show; nothing is read from them."""
    for name in names:
        break_file(copied / "lesion" / name, damage)
    with pytest.raises(ModelUnavailable):
        LesionClassifier(copied).classify([photo(pictures.skin(200))])


def test_missing_folder_means_no_model(tmp_path: Path) -> None:
    """Without any model the error is the same."""
    with pytest.raises(ModelUnavailable):
        LesionClassifier(tmp_path).load()


@pytest.mark.parametrize(
    "change",
    [
        {"classes": CLASSES[::-1]},
        {"temperature": 0},
        {"classes": ["measles"]},
        {"hint_threshold": None},
        {"in_set_ratio": 0},
    ],
)
def test_calibration_that_does_not_fit_means_no_model(copied: Path, change: dict[str, object]) -> None:
    """A listed calibration of other classes or out of range is not used."""
    path = copied / "lesion/calibration.json"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(json.dumps(asdict(CALIBRATION) | change), encoding="utf-8")
    manifest = copied / "manifest.toml"
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ModelUnavailable):
        LesionClassifier(copied).load()


def test_import_is_cheap() -> None:
    """Importing the module brings in neither torch nor transformers."""
    code = "import sys, core.vision; print({'torch', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=MODELS.parent)
    assert done.stdout.strip() == "set()"


def test_figures_are_those_of_this_model() -> None:
    """The card's figures were computed with the thresholds that are shipped, and hold their own promises."""
    results = json.loads((MODELS / "lesion/results.json").read_text(encoding="utf-8"))
    for split in ("grouped_folds", "unseen_sources"):
        figures = results[split]
        assert figures["set_holds_truth"]["share"] >= CALIBRATION.coverage
        assert figures["hint_given_unknown_condition"]["share"] <= 0.2
        assert figures["hint_given_non_skin"]["share"] <= 0.01
        assert figures["hint_first_right"]["share"] >= 0.7
