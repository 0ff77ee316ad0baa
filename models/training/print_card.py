"""The tables of the model card, made from `models/lesion/results.json`.

python models/training/print_card.py            prints them
python models/training/print_card.py --write    puts them into models/README.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1]
START, END = "<!-- figures: models/training/print_card.py -->", "<!-- end of figures -->"
SPLITS = {"grouped_folds": "same sources, unseen patients", "unseen_sources": "**unseen sources**"}
ROWS = {
    "First class right, known classes": lambda r: percent(r["known_classes"]["top1"]),
    "Right class among the first three": lambda r: percent(r["known_classes"]["top3"]),
    "Mean recall over classes": lambda r: f"{r['balanced_top1']:.0%}",
    "Known class gets a hint": lambda r: percent(r["hint_given"]),
    "First class of a hint is right": lambda r: percent(r["hint_first_right"]),
    "… leaving healthy skin out": lambda r: percent(r["hint_first_right_rash"]),
    "Set holds the true class": lambda r: percent(r["set_holds_truth"]),
    "… where a hint is given": lambda r: percent(r["set_holds_truth_when_hinted"]),
    "Classes in the set of a hint, mean": lambda r: f"{r['mean_set_size_when_hinted']:.1f}",
    "Unknown condition gets a hint": lambda r: percent(r["hint_given_unknown_condition"]),
    "… that names a single class": lambda r: percent(r["hint_single_unknown_condition"]),
    "No skin gets a hint": lambda r: percent(r["hint_given_non_skin"]),
    "No skin is seen as such": lambda r: percent(r["taken_for_no_skin"]["non_skin"]),
    "Skin is taken for no skin": lambda r: percent(r["taken_for_no_skin"]["skin"]),
    "AUROC of no skin": lambda r: f"{r['non_skin_auroc']:.4f}",
    "Expected calibration error": lambda r: f"{r['ece']:.3f}",
}


def percent(share: dict[str, float]) -> str:
    """A share with its 95 % interval and its number."""
    if not share.get("n"):
        return "–"
    return f"{share['share']:.1%} ({share['low']:.0%}–{share['high']:.0%}), n={share['n']}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def figures(results: dict[str, dict]) -> str:
    """Every table of the card."""
    splits = [results[name] for name in SPLITS]
    overview = table(["", *SPLITS.values()], [[name, *(cell(s) for s in splits)] for name, cell in ROWS.items()])
    inside, across = splits
    shortcut, commonest = (percent(share) for share in results["shortcut_baseline"].values())
    baseline = (
        f"file size and frame, nearest neighbours, same folds: {shortcut}; always the commonest class: {commonest}"
    )
    tones = [[tone, percent(v["top1"]), percent(v["top3"])] for tone, v in inside["by_tone"].items()]
    damage = [[name, percent(v["top1"]), percent(v["top3"])] for name, v in results["cost_of_damage"].items()]
    parts = [
        overview,
        "Unseen sources, round by round (known classes):",
        by_round(results["rounds"]),
        few_elsewhere(results["too_few_elsewhere"]),
        own_classes(results["msld2_classes"]),
        f"Without looking at skin at all ({baseline}).",
        "Recall of each class, and what its photos are taken for most often (same sources):",
        by_class(inside, across),
        "First class right by source (known classes):",
        by_name("by_source", inside, across),
        "By skin tone (Fitzpatrick type, told by one source only; known classes, same sources):",
        table(["tone", "first class right", "among three"], tones),
        "What worse photos cost (known classes of one held-out fold):",
        table(["copy", "first class right", "among three"], damage),
    ]
    return "\n\n".join(parts)


def by_round(rounds: dict) -> str:
    """The rounds that make up the figures for unseen sources."""
    keys = ("top1", "top3", "hint_given", "hint_first_right", "set_holds_truth")
    head = ["round", "first class right", "among three", "gets a hint", "hint right", "set holds it"]
    return table(head, [[f"`{name}`", *(percent(row[key]) for key in keys)] for name, row in rounds.items()])


def few_elsewhere(row: dict) -> str:
    """What happens to classes that could hardly be learnt from other sources."""
    return (
        "Known classes of a source that was left out whole, of which other sources show fewer than ten groups, count "
        f"as unknown in that round: {percent(row['hint_given'])} of their photos get a hint, "
        f"{percent(row['hint_single'])} one that names a single class."
    )


def own_classes(row: dict) -> str:
    """The figure that stands beside those published for one source."""
    folds = ", ".join(f"{value:.1%}" for value in row["each_fold"])
    return (
        f"MSLD v2's own classes only, mpox and cowpox as one, patients not seen (grouped folds: {folds}; "
        f"standard deviation {row['sd']:.1%}): {percent(row['top1'])}."
    )


def by_class(inside: dict, across: dict) -> str:
    """Recall of each class in both splits."""
    return table(
        ["class", "groups", *SPLITS.values(), "taken for"],
        [
            [
                f"`{name}`",
                str(row["groups"]),
                percent(row["top1"]),
                percent(across["by_class"][name]["top1"]) if name in across["by_class"] else "–",
                ", ".join(f"{other} {n}" for other, n in row["taken_for"].items() if other != name),
            ]
            for name, row in inside["by_class"].items()
        ],
    )


def by_name(key: str, inside: dict, across: dict) -> str:
    """Top-1 for each source in both splits."""
    return table(
        ["source", *SPLITS.values()],
        [
            [name, percent(row["top1"]), percent(across[key][name]["top1"]) if name in across[key] else "–"]
            for name, row in inside[key].items()
        ],
    )


def card(text: str, tables: str) -> str:
    """The card with its tables replaced."""
    before, _, rest = text.partition(START)
    return f"{before}{START}\n\n{tables}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    made = figures(json.loads((MODELS / "lesion/results.json").read_text(encoding="utf-8")))
    readme = MODELS / "README.md"
    if "--write" in sys.argv:
        readme.write_text(card(readme.read_text(encoding="utf-8"), made), encoding="utf-8")
    else:
        print(made)
