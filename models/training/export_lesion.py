"""Write the photo model once more as ONNX, which ONNX Runtime reads several times faster than torch runs it.

    pip install onnx==1.23.2
    python models/training/export_lesion.py [MODELS_DIR]

To be run after every training: the app takes an export that was made from other weights for missing. Refuses an export
whose logits differ from torch's by more than 1e-4, lists it in the manifest, and prints how fast both are.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import onnx
import torch
from refresh_manifest import refresh

from core.lesion_network import EXPORTED, FloatArray, Network, OnnxNetwork, TorchNetwork, weights_of
from core.vision import FOLDER, Calibration

TOLERANCE = 1e-4
THREADS, RUNS = 2, 60
ENTRY = """
[[file]]
path = "{path}"
bytes = 0
sha256 = ""
from = "Written by models/training/export_lesion.py from lesion/model.safetensors and head.npz"
licence = "Research and non-commercial use only"
use = "Photo model: the same network for ONNX Runtime; without it torch runs the weights"
"""


def export(models_dir: Path) -> None:
    """Nothing; writes the network into the folder and lists it there."""
    folder = models_dir / FOLDER
    calibration = Calibration.from_json((folder / "calibration.json").read_text(encoding="utf-8"))
    torch_network = TorchNetwork(models_dir, FOLDER, calibration.classes, THREADS)
    example = torch.zeros(1, 3, calibration.input_px, calibration.input_px)
    names = {"input_names": ["pixel_values"], "output_names": ["logits"]}
    path = folder / EXPORTED
    torch.onnx.export(torch_network.module, (example,), path, dynamo=False, opset_version=17, **names)
    model = onnx.load(path)
    told = {"classes": ",".join(calibration.classes), "weights": weights_of(models_dir, FOLDER)}
    onnx.helper.set_model_props(model, told)
    onnx.save(model, path)
    list_it(models_dir)
    compare(torch_network, OnnxNetwork(models_dir, FOLDER, calibration.classes, THREADS), calibration.input_px)


def list_it(models_dir: Path) -> None:
    """Nothing; the manifest holds the export with its size and hash."""
    manifest = models_dir / "manifest.toml"
    text, path = manifest.read_text(encoding="utf-8"), f"{FOLDER}/{EXPORTED}"
    if path not in {entry["path"] for entry in tomllib.loads(text)["file"]}:
        manifest.write_text(text + ENTRY.format(path=path), encoding="utf-8")
    refresh(models_dir)


def compare(reference: Network, exported: Network, edge_px: int) -> None:
    """Nothing; prints agreement and speed. Exits where the logits differ."""
    rng = np.random.default_rng(7)
    pictures = [rng.normal(0, 0.5, (3, edge_px, edge_px)).astype(np.float32) for _ in range(8)]
    apart = float(np.abs(reference.logits(pictures) - exported.logits(pictures)).max())
    print(f"logits differ by at most {apart:.1e}")
    if apart > TOLERANCE:
        sys.exit("the export does not agree with torch and must not be used")
    times = [(seconds(reference, pictures[:1]), seconds(exported, pictures[:1])) for _ in range(RUNS)]
    slow, fast = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
    print(f"one photo, {THREADS} threads, medians of {RUNS} in turn: torch {slow:.1f} ms, ONNX Runtime {fast:.1f} ms")


def seconds(network: Network, pictures: Sequence[FloatArray]) -> float:
    """Seconds that the pictures take."""
    begun = time.perf_counter()
    network.logits(pictures)
    return time.perf_counter() - begun


if __name__ == "__main__":
    export(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
