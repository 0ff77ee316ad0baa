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
THREADS, RUNS = 2, 100
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
    model = padded_within(onnx.load(path), torch_network.module.network)
    told = {"classes": ",".join(calibration.classes), "weights": weights_of(models_dir, FOLDER)}
    onnx.helper.set_model_props(model, told)
    onnx.save(model, path)
    list_it(models_dir)
    compare(torch_network, OnnxNetwork(models_dir, FOLDER, calibration.classes, THREADS), calibration.input_px)


def padded_within(model: onnx.ModelProto, network: torch.nn.Module) -> onnx.ModelProto:
    """The same model, whose convolutions pad for themselves.

    Padding as a step of its own takes ONNX Runtime out of its fast layout: a third of the time of a photo.
    """
    graph = model.graph
    for pad in [node for node in graph.node if node.op_type == "Pad"]:
        left, right, top, bottom = network.get_submodule(".".join(pad.name.split("/")[1:-1])).padding
        (convolution,) = (node for node in graph.node if pad.output[0] in node.input)
        told = [attribute for attribute in convolution.attribute if attribute.name not in {"pads", "auto_pad"}]
        del convolution.attribute[:]
        convolution.attribute.extend([*told, onnx.helper.make_attribute("pads", [top, left, bottom, right])])
        convolution.input[0] = pad.input[0]
    return without_unused(model)


def without_unused(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model without steps whose outcome nothing reads."""
    graph = model.graph
    while True:
        read = {name for node in graph.node for name in node.input} | {value.name for value in graph.output}
        idle = [node for node in graph.node if not read.intersection(node.output)]
        if not idle:
            return model
        for node in idle:
            graph.node.remove(node)


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
    for name, network in (("ONNX Runtime", exported), ("torch", reference)):
        low, middle, high = statistics.quantiles(milliseconds(network, pictures), n=4)
        print(f"one photo, {THREADS} threads, {name}: median {middle:.1f} ms ({low:.1f}-{high:.1f}), n={RUNS}")


def milliseconds(network: Network, pictures: Sequence[FloatArray]) -> list[float]:
    """Milliseconds of each of `RUNS` photos in a row, after as many that are not counted.

    Not in turn: threads of the one library are still awake when the other follows at once.
    """
    times = []
    for run in range(2 * RUNS):
        begun = time.perf_counter()
        network.logits([pictures[run % len(pictures)]])
        times.append((time.perf_counter() - begun) * 1e3)
    return times[RUNS:]


if __name__ == "__main__":
    export(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
