"""The training recipe runs from a folder of photos to files that the product loads."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.photo import render_photo
from core.photo_types import RawUpload
from core.vision import LesionClassifier
from tests import pictures

ROOT = Path(__file__).parents[2]
MAKERS = {
    "chickenpox": pictures.spots,
    "tinea": lambda edge, tone, seed: pictures.ring(edge, tone),  # noqa: ARG005 (makers are called alike)
    "healthy_skin": pictures.skin,
    "a rash without a class": pictures.patch,
    "non_skin": lambda edge, tone, seed: pictures.noise(edge, seed),  # noqa: ARG005
}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of twelve made-up photos a label, from two sources, with its manifest."""
    folder = tmp_path / "photos"
    folder.mkdir()
    rows = []
    for label, make in MAKERS.items():
        for number in range(12):
            tone = (pictures.FAIR, pictures.BROWN, pictures.DARK)[number % 3]
            path = f"{label.replace(' ', '_')}_{number}.jpg"
            (folder / path).write_bytes(pictures.encoded(make(240, tone, seed=number)))
            source = "one" if number < 8 else "other"
            rows.append([path, label, source, f"{label}{number // 2}", str(number % 3 + 1), "made by program"])
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["path", "label", "source", "group", "tone", "licence"], *rows])
    return folder


@pytest.mark.slow
def test_recipe_makes_a_model_that_the_product_loads(photos: Path, tmp_path: Path) -> None:
    """One command trains, measures, calibrates and lists the files, and an interrupted run goes on."""
    models = tmp_path / "models"
    shutil.copytree(ROOT / "models/text", models / "text")
    shutil.copytree(ROOT / "models/lesion", models / "lesion")
    shutil.copy(ROOT / "models/manifest.toml", models)
    command = [sys.executable, "models/training/train_lesion.py", "--photos", photos, "--backbone", "models/lesion"]
    command += ["--out", models / "lesion", "--work", tmp_path / "work", "--epochs", "1", "--threads", "1"]
    for expected in ("final", ""):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert ("final: 60 to train" in done.stdout) == bool(expected)
    square = render_photo(RawUpload(name="x", data=pictures.encoded(pictures.spots(240))))
    assert sum(LesionClassifier(models).classify([square]).probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert (models / "lesion/model.safetensors").read_bytes() != (ROOT / "models/lesion/model.safetensors").read_bytes()


def test_card_holds_the_figures_of_the_results() -> None:
    """The tables of the model card are those that the committed results give."""
    results = json.loads((ROOT / "models/lesion/results.json").read_text(encoding="utf-8"))
    code = "import json, sys, print_card; print(print_card.figures(json.load(sys.stdin)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "models/training",
        input=json.dumps(results),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() in (ROOT / "models/README.md").read_text(encoding="utf-8")
