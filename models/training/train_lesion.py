"""Train, measure and calibrate the photo model from a folder of labelled photos.

    python models/training/train_lesion.py --photos DIR --backbone DIR --out models/lesion [--epochs 9]

`DIR/manifest.csv` has the columns path, label, source, group, tone and licence. One seeded run: three grouped folds,
one run on each class's largest source only, one without each source whose classes others show, then the final model on
everything. A run that was interrupted goes on
where it stopped (`--work`). No network; training uses a GPU where there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from lesion_damage import CHANGES
from lesion_data import (
    LabelledPhoto,
    grouped_folds,
    is_learnable,
    read_manifest,
    read_squares,
    source_rounds,
    under,
)
from lesion_fit import Recipe, logits_of, train
from lesion_layers import with_head
from lesion_ratio import with_ratios
from lesion_report import KNOWN, HeldOut, calibrate, evaluate, hint_figures, joined, own_classes, round_figures, share
from lesion_shortcut import shortcut_baseline
from numpy.typing import NDArray
from PIL import Image
from refresh_manifest import refresh
from transformers import EfficientNetImageProcessorPil

from core.lesion_head import LayeredClassifier, load_classifier, save_head

FOLDS = 3
DAMAGED_FOLD = 1
"""Its photos are also tested in worse copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Everything one run of the recipe works on."""

    recipe: Recipe
    """How each model is trained."""
    photos: Sequence[LabelledPhoto]
    """Rows of the manifest."""
    squares: NDArray[np.uint8]
    """(n, 384, 384, 3) pixels."""
    work: Path
    """Folder for what an interrupted run has finished."""
    log: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    """Run name → one row an epoch."""


def run(study: Study, name: str, is_train: NDArray[np.bool_]) -> LayeredClassifier:
    """A model that saw only the training photos, which stays in the work folder."""
    kept, log = study.work / name, study.work / f"{name}.json"
    if not log.exists():
        print(f"{name}: {is_train.sum()} to train", flush=True)
        rows: list[dict[str, float]] = []
        photos, squares = under(study.photos, is_train), study.squares[is_train]
        network = train(study.recipe, squares, photos, rows)
        network.save_pretrained(kept)
        save_head(with_head(network, squares, photos, study.recipe), kept)
        write_json(log, rows)
    study.log[name] = json.loads(log.read_text(encoding="utf-8"))
    return load_classifier(kept)


def run_held_out(study: Study, name: str, is_train: NDArray[np.bool_], is_test: NDArray[np.bool_]) -> HeldOut:
    """Logits of the test photos from a model that saw only the training photos."""
    model, kept = run(study, name, is_train), study.work / f"{name}.npy"
    if not kept.exists():
        np.save(kept, logits_of(model, study.squares[is_test], study.recipe.serve_px))
    return HeldOut(np.load(kept), under(study.photos, is_test))


def run_folds(study: Study) -> list[HeldOut]:
    """For each fold, logits of its photos from the model that had not seen their groups."""
    fold_of = grouped_folds(study.photos, FOLDS, np.random.default_rng(study.recipe.seed))
    return [run_held_out(study, f"fold{fold}", fold_of != fold, fold_of == fold) for fold in range(FOLDS)]


def run_sources(study: Study) -> tuple[list[HeldOut], list[HeldOut]]:
    """For each round, logits of photos from unseen sources: of classes that others show, and of classes they do not."""
    able, scarce = [], []
    for name, (is_train, is_test) in source_rounds(study.photos).items():
        split = run_held_out(study, name, is_train, is_test)
        learnt = is_learnable(study.photos, is_train, is_test)
        able.append(split.where(learnt))
        scarce.append(split.where(~learnt))
    return able, scarce


def cost_of_damage(study: Study) -> dict[str, object]:
    """Top-1 and top-3 of known classes on worse copies of one fold's photos."""
    kept = study.work / "cost_of_damage.json"
    if kept.exists():
        found: dict[str, object] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    fold_of = grouped_folds(study.photos, FOLDS, np.random.default_rng(study.recipe.seed))
    targets = np.array([photo.target for photo in study.photos])
    chosen = (fold_of == DAMAGED_FOLD) & (targets < KNOWN)
    model = load_classifier(study.work / f"fold{DAMAGED_FOLD}")
    costs = {}
    for name, change in ({"as it is": lambda square: square} | CHANGES).items():
        copies = np.stack([np.asarray(change(Image.fromarray(square))) for square in study.squares[chosen]])
        logits = logits_of(model, copies, study.recipe.serve_px)
        ranks = (-logits).argsort(axis=1).argsort(axis=1)[np.arange(len(logits)), targets[chosen]]
        costs[name] = {"top1": share(ranks < 1), "top3": share(ranks < 3)}
        print(f"  {name}: top1 {costs[name]['top1']['share']} top3 {costs[name]['top3']['share']}", flush=True)
    write_json(kept, costs)
    return costs


def save(study: Study, model: LayeredClassifier, out: Path) -> None:
    """Nothing; writes the checkpoint, its head, how pixels are made, and the run log."""
    out.mkdir(parents=True, exist_ok=True)
    edge = study.recipe.serve_px
    model.network.save_pretrained(out)
    save_head(model, out)
    EfficientNetImageProcessorPil(
        size={"height": edge, "width": edge},
        do_center_crop=False,
        image_mean=[127 / 255] * 3,
        image_std=[128 / 255] * 3,
        include_top=False,
        resample=3,
    ).save_pretrained(out)
    recipe = {name: value for name, value in asdict(study.recipe).items() if name != "backbone"}
    write_json(out / "training_log.json", {"recipe": recipe, "runs": study.log})


def write_json(path: Path, value: object) -> None:
    """Nothing; writes the value so that a change of one figure is a change of one line."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--backbone", type=Path, required=True, help="EfficientNet-Lite checkpoint to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, such as models/lesion")
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="folder for unfinished work")
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure-only", action="store_true", help="no final model: held-out runs and figures only")
    return parser.parse_args()


def main() -> None:
    """Nothing; runs the whole recipe."""
    args = arguments()
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    photos = read_manifest(args.photos)
    recipe = Recipe(backbone=args.backbone, epochs=args.epochs)
    study = Study(recipe=recipe, photos=photos, squares=read_squares(args.photos, photos), work=args.work)
    folds, (rounds, scarce) = run_folds(study), run_sources(study)
    inside, rounds = joined(folds), rounds or folds
    if not args.measure_only:
        save(study, run(study, "final", np.ones(len(photos), dtype=bool)), args.out)
    strangers = joined(scarce or [inside.where(np.zeros(len(photos), bool))])
    calibration = with_ratios(calibrate(inside, rounds, recipe.serve_px), joined(rounds), strangers)
    write_json(args.out / "calibration.json", asdict(calibration))
    results = {
        "grouped_folds": evaluate(inside, calibration),
        "unseen_sources": evaluate(joined(rounds), calibration),
        "rounds": {
            name: round_figures(split, calibration) for name, split in zip(source_rounds(photos), rounds, strict=False)
        },
        "too_few_elsewhere": hint_figures(strangers, calibration),
        "msld2_classes": own_classes(folds, "msld2"),
        "shortcut_baseline": shortcut_baseline(args.photos, photos, FOLDS, recipe.seed),
        "cost_of_damage": cost_of_damage(study),
    }
    write_json(args.out / "results.json", results)
    if (args.out.parent / "manifest.toml").exists():
        refresh(args.out.parent)


if __name__ == "__main__":
    main()
