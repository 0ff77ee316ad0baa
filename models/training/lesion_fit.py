"""Fine-tuning an EfficientNet-Lite checkpoint on squares of skin, and reading its logits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from lesion_augment import augment, made_up_non_skin
from lesion_data import CLASSES, LabelledPhoto, sampling_weights
from lesion_layers import BATCH, pixels_of
from transformers import EfficientNetForImageClassification

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.lesion_head import LayeredClassifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one model is trained."""

    backbone: Path
    """Checkpoint folder to start from."""
    epochs: int = 9
    """Passes over as many draws as there are training photos."""
    batch: int = 32
    """Photos a step."""
    train_px: int = 192
    """Edge of training pictures; lesions look larger in crops, so serving uses a larger edge."""
    serve_px: int = 256
    """Edge at evaluation and serving."""
    rate: float = 3e-4
    """Highest learning rate of the backbone; the new last layer learns ten times faster."""
    frozen_blocks: int = 3
    """First blocks that keep their ImageNet weights."""
    mix: float = 0.25
    """Share of batches blended by MixUp or CutMix."""
    made_up: float = 0.05
    """Share of draws that are made-up pictures of no skin."""
    made_up_for_head: float = 0.01
    """Made-up pictures that the head is fitted on besides, as a share of the photos.

    With none, a black picture is skin to it; with many, a drawing of skin is none.
    """
    seed: int = 20
    """Of every random choice."""


def new_model(recipe: Recipe) -> EfficientNetForImageClassification:
    """The backbone with a fresh last layer for our classes."""
    torch.manual_seed(recipe.seed)
    return EfficientNetForImageClassification.from_pretrained(
        recipe.backbone,
        local_files_only=True,
        num_labels=len(CLASSES),
        id2label=dict(enumerate(CLASSES)),
        label2id={name: index for index, name in enumerate(CLASSES)},
        ignore_mismatched_sizes=True,
    )


def freeze(model: EfficientNetForImageClassification, frozen_blocks: int) -> None:
    """Nothing; early blocks, batch statistics and drop-out stand still afterwards.

    Squeeze-excite of a Lite checkpoint multiplies by one: left out while training, kept in what is saved.
    """
    model.train()
    model.efficientnet.embeddings.requires_grad_(requires_grad=False)
    for index, block in enumerate(model.efficientnet.encoder.blocks):
        block.squeeze_excite = torch.nn.Identity()
        block.requires_grad_(index >= frozen_blocks)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d | torch.nn.Dropout):
            module.eval()


def train(
    recipe: Recipe, squares: NDArray[np.uint8], photos: Sequence[LabelledPhoto], log: list[dict[str, float]]
) -> EfficientNetForImageClassification:
    """A model trained on these photos, averaged over its last steps; one row an epoch goes to `log`.

    Trained on a GPU where there is one, and given back in main memory.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = new_model(recipe).to(device, memory_format=torch.channels_last)
    average = deepcopy(model).eval()
    freeze(model, recipe.frozen_blocks)
    steps = recipe.epochs * max(1, len(photos) // recipe.batch)
    optimiser = torch.optim.AdamW(_parameter_groups(model, recipe.rate), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [group["lr"] for group in optimiser.param_groups], total_steps=steps, pct_start=0.2
    )
    per_epoch, losses, started = steps // recipe.epochs, [], time.monotonic()
    for step, (pixels, targets) in enumerate(_batches(recipe, squares, photos, steps), start=1):
        with torch.autocast(device.type, torch.bfloat16):
            logits = model(pixels.to(device)).logits
        loss = -(targets.to(device) * logits.float().log_softmax(dim=1)).sum(dim=1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        _blend_into(average, model, min(0.98, step / (step + 10)))
        losses.append(loss.item())
        if step % per_epoch == 0:
            seconds = round(time.monotonic() - started, 1)
            loss_now = round(float(np.mean(losses[-per_epoch:])), 4)
            log.append({"epoch": step // per_epoch, "loss": loss_now, "seconds": seconds})
            print("  " + " ".join(f"{name} {value:.3f}" for name, value in log[-1].items()), flush=True)
    return average.to("cpu")


def logits_of(model: LayeredClassifier, squares: NDArray[np.uint8], serve_px: int) -> NDArray[np.float32]:
    """(n, k) logits, from pixels made as the product makes them."""
    model.eval()
    starts = range(0, len(squares), BATCH)
    with torch.inference_mode():
        rows = [model(pixels_of(squares[start : start + BATCH], serve_px)).numpy() for start in starts]
    return np.concatenate(rows)


def _parameter_groups(model: EfficientNetForImageClassification, rate: float) -> list[dict[str, object]]:
    """The moving weights: the backbone slowly, the new last layer fast."""
    head = list(model.classifier.parameters())
    body = [p for p in model.efficientnet.parameters() if p.requires_grad]
    return [{"params": body, "lr": rate}, {"params": head, "lr": 10 * rate}]


@torch.no_grad()
def _blend_into(average: torch.nn.Module, model: torch.nn.Module, keep: float) -> None:
    """Nothing; moves the running average of the weights."""
    means = dict(average.named_parameters())
    for name, now in model.named_parameters():
        if now.requires_grad:
            means[name].lerp_(now, 1 - keep)


def _batches(
    recipe: Recipe, squares: NDArray[np.uint8], photos: Sequence[LabelledPhoto], steps: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of pixels and soft targets, made one ahead in a second thread."""
    weights, seeds = sampling_weights(photos), np.random.SeedSequence(recipe.seed).spawn(steps)

    def make(step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Batch number `step`."""
        return _batch(recipe, squares, photos, (weights, np.random.default_rng(seeds[step])))

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(make, 0)
        for step in range(1, steps + 1):
            batch = coming.result()
            if step < steps:
                coming = pool.submit(make, step)
            yield batch


def _batch(
    recipe: Recipe,
    squares: NDArray[np.uint8],
    photos: Sequence[LabelledPhoto],
    chance: tuple[NDArray[np.float64], np.random.Generator],
) -> tuple[torch.Tensor, torch.Tensor]:
    """One batch: normalised pixels (b, 3, edge, edge) and smoothed targets (b, k)."""
    weights, rng = chance
    pixels = np.empty((recipe.batch, recipe.train_px, recipe.train_px, 3), dtype=np.uint8)
    targets = np.full((recipe.batch, len(CLASSES)), 0.05 / len(CLASSES), dtype=np.float32)
    for row, index in enumerate(rng.choice(len(photos), recipe.batch, p=weights)):
        is_made_up = rng.random() < recipe.made_up
        square = made_up_non_skin(rng) if is_made_up else squares[index]
        pixels[row] = augment(square, recipe.train_px, rng)
        targets[row, CLASSES.index("non_skin") if is_made_up else photos[index].target] += 0.95
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float().sub_(127).div_(128)
    y = torch.from_numpy(targets)
    if rng.random() < recipe.mix:
        x, y = _mix(x, y, rng)
    return x.contiguous(memory_format=torch.channels_last), y


def _mix(x: torch.Tensor, y: torch.Tensor, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """The batch blended with its own reverse, as a whole (MixUp) or by a rectangle (CutMix)."""
    if rng.random() < 0.5:
        share = float(rng.beta(0.4, 0.4))
        return share * x + (1 - share) * x.flip(0), share * y + (1 - share) * y.flip(0)
    edge = x.shape[-1]
    height, width = (int(edge * part) for part in rng.uniform(0.2, 0.7, 2))
    top, left = int(rng.integers(0, edge - height)), int(rng.integers(0, edge - width))
    mixed = x.clone()
    mixed[..., top : top + height, left : left + width] = x.flip(0)[..., top : top + height, left : left + width]
    share = 1 - height * width / edge**2
    return mixed, share * y + (1 - share) * y.flip(0)
