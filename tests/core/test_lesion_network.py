"""The network runs on ONNX Runtime, says what torch says, and falls back to torch, then to no model."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelUnavailable
from core.lesion_network import EXPORTED, OnnxNetwork, TorchNetwork, open_network
from core.photo import decode_square, render_photo
from core.photo_types import RawUpload
from core.vision import FOLDER, Calibration, LesionClassifier, square_to_pixels
from tests import pictures

MODELS = Path(__file__).parents[2] / "models"
CALIBRATION = Calibration.from_json((MODELS / "lesion/calibration.json").read_text(encoding="utf-8"))
CLASSES = CALIBRATION.classes
SHOWN = [pictures.spots(), pictures.ring(), pictures.patch(tone=pictures.DARK), pictures.cat(), pictures.plain()]


def pixels() -> list[np.ndarray]:
    """Skin, things and black, as the network sees them."""
    photos = [render_photo(RawUpload(name="a.png", data=pictures.encoded(shown, "PNG"))) for shown in SHOWN]
    return [square_to_pixels(decode_square(photo), CALIBRATION.input_px) for photo in photos]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the model's files to break."""
    shutil.copy(MODELS / "manifest.toml", tmp_path)
    shutil.copytree(MODELS / "lesion", tmp_path / "lesion")
    return tmp_path


def swap(models_dir: Path, name: str, data: bytes) -> None:
    """Other bytes in a file, listed as if they belonged there."""
    path, manifest = models_dir / "lesion" / name, models_dir / "manifest.toml"
    old, new = (hashlib.sha256(content).hexdigest() for content in (path.read_bytes(), data))
    path.write_bytes(data)
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_export_says_what_torch_says() -> None:
    """Logits of the export and of the checkpoint differ by at most 1e-4."""
    seen = pixels()
    exported, reference = OnnxNetwork(MODELS, FOLDER, CLASSES, 2), TorchNetwork(MODELS, FOLDER, CLASSES, 2)
    assert np.abs(exported.logits(seen) - reference.logits(seen)).max() <= 1e-4


def test_export_computes_nothing_that_changes_nothing() -> None:
    """Gates that multiply by one and padding as a step of its own would take a third of a photo's time."""
    told = (MODELS / FOLDER / EXPORTED).read_bytes()
    assert b"squeeze_excite" not in told
    assert b"/Pad" not in told


def test_export_is_the_one_of_these_weights() -> None:
    """What is shipped runs on ONNX Runtime; after a training, `models/training/export_lesion.py` must be run."""
    assert isinstance(open_network(MODELS, FOLDER, CLASSES, 2), OnnxNetwork)


def test_looking_at_a_photo_needs_no_torch() -> None:
    """Classifying brings in neither torch nor transformers, which cost seconds and hundreds of megabytes."""
    code = (
        "import sys; from pathlib import Path; from core.vision import LesionClassifier\n"
        "from core.photo import render_photo; from core.photo_types import RawUpload\n"
        "from tests.skin import skin_jpeg\n"
        "LesionClassifier(Path('models')).classify([render_photo(RawUpload(name='a', data=skin_jpeg(300, 300)))])\n"
        "print({'torch', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=MODELS.parent)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("damage", ["missing", "changed", "garbage", "other weights"])
def test_unusable_export_leaves_torch(copied: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    """A file that is gone, changed, no network, or made from other weights costs a log line and some speed."""
    export = copied / "lesion/model.onnx"
    if damage == "missing":
        export.unlink()
    elif damage == "changed":
        export.write_bytes(export.read_bytes() + b"0")
    elif damage == "garbage":
        swap(copied, "model.onnx", b"no network")
    else:
        swap(copied, "model.onnx", export.read_bytes().replace(b"weights", b"heights"))
    network = open_network(copied, FOLDER, CLASSES, 2)
    assert isinstance(network, TorchNetwork)
    assert network.logits(pixels()[:1]).shape == (1, len(CLASSES))
    assert [record.message for record in caplog.records] == ["the photo model runs on torch, several times slower"]


def test_broken_checkpoint_leaves_the_export_but_no_map(copied: Path) -> None:
    """Without the checkpoint photos are still looked at; only where the network looked cannot be shown."""
    (copied / "lesion/model.safetensors").write_bytes(b"something else")
    classifier = LesionClassifier(copied)
    photo = render_photo(RawUpload(name="a.png", data=pictures.encoded(pictures.spots(), "PNG")))
    assert classifier.classify([photo]) == LesionClassifier(MODELS).classify([photo])
    with pytest.raises(ModelUnavailable):
        classifier.explain(photo, "mpox")
