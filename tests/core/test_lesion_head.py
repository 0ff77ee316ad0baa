"""The photo model's head: what it pools, and that a folder gives back what was written into it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from core.lesion_head import LayeredClassifier, drop_idle_gates, load_classifier, pooled, save_head, stage_ends
from core.lesion_network import HEAD

LESION = Path(__file__).parents[2] / "models/lesion"


def states(*widths: int) -> list[torch.Tensor]:
    """Hidden states of these widths."""
    return [torch.rand(2, width, 4, 4) for width in widths]


def test_each_layer_gives_its_mean_and_its_spread() -> None:
    """A layer that is the same everywhere has no spread; negative means stay negative."""
    flat = torch.full((1, 3, 4, 4), -0.25)
    assert pooled([flat])[0].tolist() == pytest.approx([-0.5] * 3 + [0.0] * 3, abs=2e-3)
    assert pooled(states(3, 5)).shape == (2, 16)


def test_last_layer_of_each_later_stage_is_pooled() -> None:
    """Stages are known by their width; the first two hold edges and colours, and are left out."""
    assert stage_ends(states(32, 16, 24, 24, 40, 40, 80, 1280)) == (3, 5, 6, 7)


def test_folder_gives_back_the_head(tmp_path: Path) -> None:
    """What is written is what is read, to the bit."""
    for name in ("config.json", "model.safetensors"):
        shutil.copy(LESION / name, tmp_path)
    shipped = load_classifier(LESION)
    save_head(shipped, tmp_path)
    read = load_classifier(tmp_path)
    assert read.layers == shipped.layers
    pixels = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(read(pixels), shipped(pixels))


def test_only_gates_that_multiply_by_one_are_dropped() -> None:
    """Logits stay the same to the bit, and a gate that does something stays."""
    shipped, lean = load_classifier(LESION), load_classifier(LESION)
    for classifier in (shipped, lean):
        classifier.network.base_model.encoder.blocks[4].squeeze_excite.expand.bias.data.zero_()
    drop_idle_gates(lean)
    kinds = [type(block.squeeze_excite) for block in lean.network.base_model.encoder.blocks]
    assert [place for place, kind in enumerate(kinds) if kind is not torch.nn.Identity] == [4]
    pixels = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(lean(pixels), shipped(pixels))


@pytest.mark.parametrize("content", [None, b"no head"])
def test_head_that_is_missing_or_broken_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    """The app then has no photo model, and says so."""
    for name in ("config.json", "model.safetensors"):
        shutil.copy(LESION / name, tmp_path)
    if content is not None:
        (tmp_path / HEAD).write_bytes(content)
    with pytest.raises((OSError, ValueError)):
        load_classifier(tmp_path)


def test_last_layer_and_the_others_have_a_vote_each() -> None:
    """Where the last layer says nothing, the others decide; where it is far surer, it does."""
    network = torch.nn.Module()
    network.classifier = torch.nn.Linear(3, 2).requires_grad_(requires_grad=False)
    network.classifier.weight.zero_()
    network.classifier.bias.zero_()
    layer, weight = torch.rand(1, 3, 4, 4) + 0.5, torch.zeros(2, 6)
    weight[0, 2] = 6
    head = LayeredClassifier(network, [0], weight, torch.zeros(2))
    assert head.of_states([layer, layer])[0].argmax() == 0
    network.classifier.bias[1] = 30
    assert head.of_states([layer, layer])[0].argmax() == 1
