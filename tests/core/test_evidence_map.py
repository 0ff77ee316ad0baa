"""Where the photo model looked: a map that depends on the weights, can be repeated, and never stops an answer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.errors import ModelUnavailable
from core.evidence_map import draw_evidence, evidence_png
from core.lesion_network import TorchNetwork
from core.photo import EDGE_PX, decode_square, render_photo
from core.photo_types import LesionPhoto, RawUpload, VisionResult
from core.vision import FOLDER, Calibration, LesionClassifier, square_to_pixels
from tests import pictures

TONES = (pictures.FAIR, pictures.DARK)
MODELS = Path(__file__).parents[2] / "models"
CALIBRATION = Calibration.from_json((MODELS / "lesion/calibration.json").read_text(encoding="utf-8"))


@pytest.fixture
def network() -> TorchNetwork:
    """The network as shipped, a fresh one a test."""
    return TorchNetwork(MODELS, FOLDER, CALIBRATION.classes, 2)


def photo(picture: Image.Image) -> LesionPhoto:
    """The picture made ready."""
    return render_photo(RawUpload(name="photo.png", data=pictures.encoded(picture, "PNG")))


def pixels(picture: Image.Image) -> np.ndarray:
    """The picture as the network sees it."""
    return square_to_pixels(decode_square(photo(picture)), CALIBRATION.input_px)


def ranks(values: np.ndarray) -> np.ndarray:
    """Each value's rank; equal values share their mean rank."""
    _, place, count = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


PICTURES = [draw(tone=tone) for draw in (pictures.patch, pictures.spots, pictures.ring) for tone in TONES]


def maps(network: TorchNetwork, classes: Sequence[int]) -> list[np.ndarray]:
    """The maps of the pictures, each of one class."""
    return [network.evidence(pixels(picture), index) for picture, index in zip(PICTURES, classes, strict=True)]


def first_classes(network: TorchNetwork) -> list[int]:
    """What the network puts first for each picture."""
    return network.logits([pixels(picture) for picture in PICTURES]).argmax(axis=1).tolist()


def test_other_weights_give_another_map(network: TorchNetwork) -> None:
    """Parameter randomisation: with weights drawn anew, maps hardly agree with those of the trained network.

    Source: Adebayo et al. 2018, arXiv:1810.03292.
    """
    classes = first_classes(network)
    trained = maps(network, classes)
    torch.manual_seed(3)
    with torch.no_grad():
        for weight in network.module.parameters():
            if weight.ndim > 1:
                torch.nn.init.kaiming_normal_(weight)
    pairs = list(zip(trained, maps(network, classes), strict=True))
    agree = [
        np.corrcoef(ranks(one), ranks(other))[0, 1] if one.std() * other.std() > 0 else 0.0 for one, other in pairs
    ]
    assert sum(one.std() > 0 for one in trained) > len(trained) / 2
    assert abs(np.mean(agree)) < 0.3


def test_map_is_small_whole_and_the_same_each_time(network: TorchNetwork) -> None:
    """Values lie in 0-1 with the strongest at 1, on a grid of at least 6 × 6, and can be repeated to the bit."""
    classes = first_classes(network)
    once, again = maps(network, classes), maps(network, classes)
    for one, other in zip(once, again, strict=True):
        assert one.ndim == 2
        assert min(one.shape) >= 6
        assert one.min() >= 0
        assert one.max() in {0.0, 1.0}
        assert np.array_equal(one, other)


def test_map_is_one_of_the_class_that_was_asked_for(network: TorchNetwork) -> None:
    """Different classes are found in different places."""
    picture = pixels(pictures.spots())
    one, other = (network.evidence(picture, CALIBRATION.classes.index(name)) for name in ("chickenpox", "ringworm"))
    assert not np.allclose(one, other, atol=0.05)


def test_drawing_lights_what_the_map_lights() -> None:
    """The strong half keeps its light, the rest is dimmed, a white line parts them; the size is the photo's."""
    evidence = np.zeros((8, 8), dtype=np.float32)
    evidence[:, :4] = 1
    drawn = Image.open(io.BytesIO(draw_evidence(photo(pictures.plain(colour=(200, 150, 120))), evidence)))
    assert drawn.size == (EDGE_PX, EDGE_PX)
    assert drawn.getpixel((60, 190)) == (200, 150, 120)
    assert drawn.getpixel((340, 190)) == pytest.approx((60, 45, 36), abs=1)
    assert (255, 255, 255) in {drawn.getpixel((x, 190)) for x in range(EDGE_PX)}


HINT = VisionResult(in_scope=True, is_skin=True, probabilities={"mpox": 1.0}, prediction_set=("mpox",))


def test_hint_has_a_map_over_the_photo() -> None:
    """The classifier as shipped explains the first class of a hint."""
    drawn = evidence_png(photo(pictures.spots()), HINT, LesionClassifier(MODELS), {"mpox"})
    assert Image.open(io.BytesIO(drawn)).format == "PNG"


@pytest.mark.parametrize(
    "vision",
    [
        VisionResult(in_scope=False, is_skin=True),
        VisionResult(in_scope=True, is_skin=True, prediction_set=("healthy_skin",)),
    ],
)
def test_without_a_hint_of_a_condition_there_is_no_map(vision: VisionResult) -> None:
    """Nothing is computed where there is nothing to explain."""
    assert evidence_png(photo(pictures.spots(100)), vision, LesionClassifier(Path("nowhere")), {"mpox"}) is None


@pytest.mark.parametrize("condition", ["mpox", "roseola"])
def test_map_that_cannot_be_made_costs_one_log_line(condition: str, caplog: pytest.LogCaptureFixture) -> None:
    """Missing weights, or a class that the network does not know, mean no map and no crash."""
    vision = VisionResult(in_scope=True, is_skin=True, prediction_set=(condition,))
    classifier = LesionClassifier(Path("nowhere") if condition == "mpox" else MODELS)
    assert evidence_png(photo(pictures.spots(100)), vision, classifier, {"mpox", "roseola"}) is None
    assert [record.message for record in caplog.records] == ["no evidence map"]


def test_network_without_places_is_an_error(network: TorchNetwork) -> None:
    """A network whose features are no picture has no map, and says so."""

    class Flat(torch.nn.Module):
        """Has one feature a colour, and no places."""

        def states(self, pixel_values: torch.Tensor) -> list[torch.Tensor]:
            """One layer of one photo."""
            return [pixel_values.mean(dim=(2, 3))]

    network.module = Flat()
    with pytest.raises(ModelUnavailable):
        network.evidence(np.ones((3, 8, 8), dtype=np.float32), 0)
