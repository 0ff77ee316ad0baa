"""Train, measure and export the network that reads a parent's own words: danger, conditions, and what they ask.

    pip install onnx==1.23.2 onnx_ir==1.1.0
    python models/training/train_word_reader.py --backbone DIR --out models/text/reader

`DIR` holds multilingual-e5-small with its vocabulary cut to Korean and English, as a `transformers` checkpoint with the
tokenizer of `models/text`. One seeded run: on all of the corpora, exported as ONNX in 8 bits (4 bits lose what was
learnt); with `--measure` then on four fifths of them, to measure on the rest. About 80 minutes a training on
two cores. No network.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import torch
from eight_bits import EightBitEmbedding
from numpy.typing import NDArray
from refresh_manifest import refresh
from transformers import BertModel, PreTrainedTokenizerFast
from word_data import (
    ANY_DANGER,
    OPEN_SIGNS,
    OTHER_TALK,
    Words,
    among_other_talk,
    as_typed_in_haste,
    ask_names,
    batches,
    condition_names,
    held_out_blocks,
    is_harmless,
    read_corpus,
    sign_names,
)

CORPORA = [
    Path(__file__).with_name(name)
    for name in ("danger_corpus.jsonl", "condition_corpus.jsonl", "question_corpus.jsonl")
]
HELD_OUT_SHARE, SEED, MIXED = 0.2, 0, 9000
BATCH, MAX_TOKENS, WARM_UP_STEPS = 16, 128, 60
RATE, HEADS_FASTER, DECAY, PRESENT_WEIGHT = 1e-4, 20, 0.01, 2.0
CONDITION_WEIGHT, QUESTION_WEIGHT, SMOOTHING, UNKNOWN = 0.1, 0.1, 0.05, -100
REFIT_STEPS, REFIT_DECAY = 80, {"signs": 2e-4, "conditions": 1e-4, "asks": 3e-4}
NO_ANSWER, NO_ANSWER_WEIGHT = "out_of_scope", 0.4
"""Questions that no article answers are a quarter of the question corpus, and rarer in life."""
FloatArray = NDArray[np.float32]
Outputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class Network(torch.nn.Module):
    """The sentence encoder with logits of signs, conditions and questions over mean and maximum of its tokens."""

    def __init__(self, backbone: Path, names: Names) -> None:
        super().__init__()
        self.body = BertModel.from_pretrained(
            backbone, add_pooling_layer=False, dtype=torch.float32, attn_implementation="sdpa"
        )
        self.body.embeddings.requires_grad_(requires_grad=False)
        features = 2 * self.body.config.hidden_size
        self.signs = torch.nn.Linear(features, len(names.signs))
        self.conditions = torch.nn.Linear(features, len(names.conditions))
        self.asks = torch.nn.Linear(features, len(names.asks))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """Probabilities: (n, signs), each on its own, (n, conditions) and (n, asks), which sum to 1."""
        signs, conditions, asks = self.logits(input_ids, attention_mask)
        return torch.sigmoid(signs), torch.softmax(conditions, dim=1), torch.softmax(asks, dim=1)

    def logits(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Outputs:
        """(n, signs), (n, conditions) and (n, asks)."""
        pooled = self.pooled(input_ids, attention_mask)
        return self.signs(pooled), self.conditions(pooled), self.asks(pooled)

    def pooled(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """(n, features) mean and maximum over the tokens."""
        hidden = self.body(input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask[..., None].to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        highest = (hidden - 1e4 * (1 - mask)).max(1).values
        return torch.cat([mean, highest], dim=1)


@dataclass(frozen=True, slots=True)
class Names:
    """What the network tells apart."""

    signs: list[str]
    """In the order of its sign logits."""
    conditions: list[str]
    """In the order of its condition logits."""
    asks: list[str]
    """In the order of its question logits."""

    @classmethod
    def of(cls, corpus: Sequence[Words]) -> Names:
        """The names that the corpus holds."""
        return cls(sign_names(corpus), condition_names(corpus), ask_names(corpus))

    def sign_truth(self, batch: Sequence[Words]) -> tuple[torch.Tensor, torch.Tensor]:
        """(n, signs) truth, and (n, signs) ones where it is known.

        The danger corpus alone holds few plain descriptions of skin and few questions such as whether a blister may be
        popped, and danger would be heard in them: texts on harmless things count as free of it.
        """
        truth = [[self._is_told(name, words) for name in self.signs] for words in batch]
        known = [[float(self._is_known(name, words)) for name in self.signs] for words in batch]
        return torch.tensor(truth), torch.tensor(known)

    def _is_told(self, name: str, words: Words) -> float:
        if name == OTHER_TALK:
            return float(bool(words.is_other_talk))
        signs = words.signs or frozenset()
        return float(bool(signs - {"fever"}) if name == ANY_DANGER else name in signs)

    def _is_known(self, name: str, words: Words) -> bool:
        if name == OTHER_TALK:
            return words.is_other_talk is not None
        return words.signs is not None or (is_harmless(words) and name not in OPEN_SIGNS)

    def ask_truth(self, batch: Sequence[Words]) -> torch.Tensor:
        """(n, asks) shares that sum to 1, and to 0 where nothing is asked."""
        return torch.tensor([[(name in words.asks) / max(1, len(words.asks)) for name in self.asks] for words in batch])

    def condition_truth(self, batch: Sequence[Words]) -> torch.Tensor:
        """(n,) places of conditions, -100 where nobody asked for one."""
        return torch.tensor(
            [UNKNOWN if words.condition is None else self.conditions.index(words.condition) for words in batch]
        )


def tokens(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask of a batch."""
    encoded = tokenizer(
        [f"query: {text}" for text in texts],
        padding=True,
        truncation=True,
        max_length=MAX_TOKENS,
        return_tensors="pt",
    )
    return encoded["input_ids"], encoded["attention_mask"]


def start_from(network: Network, names: Names, weights: Path) -> None:
    """Nothing; takes over what was learnt before, sign by sign: `names.json` beside the weights says which is which."""
    before = json.loads((weights.parent / "names.json").read_text(encoding="utf-8"))["signs"]
    learnt = torch.load(weights, weights_only=True)
    for part in ("weight", "bias"):
        fresh = torch.zeros_like(getattr(network.signs, part))
        for row, name in enumerate(names.signs):
            if name in before:
                fresh[row] = learnt[f"signs.{part}"][before.index(name)]
        learnt[f"signs.{part}"] = fresh
    network.load_state_dict(learnt)


def rates(network: Network, rate: float) -> list[dict[str, Any]]:
    """The encoder's weights and those of the heads, each with their learning rate."""
    heads = [*network.signs.parameters(), *network.conditions.parameters(), *network.asks.parameters()]
    body = [weight for weight in network.body.parameters() if weight.requires_grad]
    return [{"params": body, "lr": rate}, {"params": heads, "lr": HEADS_FASTER * rate}]


def train(corpus: Sequence[Words], names: Names, options: argparse.Namespace) -> Network:
    """The network after the epochs of the options over the corpus."""
    torch.manual_seed(SEED)
    torch.set_num_threads(os.cpu_count() or 1)
    chance, epochs, rate = random.Random(SEED), options.epochs, options.rate  # noqa: S311
    tokenizer = PreTrainedTokenizerFast.from_pretrained(options.backbone)
    network = Network(options.backbone, names).train()
    if options.start:
        start_from(network, names, options.start)
    optimiser = torch.optim.AdamW(rates(network, rate), weight_decay=DECAY)
    steps = max(1, epochs * (len(corpus) // BATCH))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM_UP_STEPS) * max(0.02, 1 - step / steps)
    )
    for epoch in range(epochs):
        losses = []
        for places in batches([len(words.text) for words in corpus], BATCH, chance):
            batch = [corpus[place] for place in places]
            texts = [as_typed_in_haste(words, chance) for words in batch]
            with torch.autocast("cpu", torch.bfloat16):
                logits = network.logits(*tokens(tokenizer, texts))
            loss = loss_of(tuple(part.float() for part in logits), batch, names)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def loss_of(logits: Outputs, batch: Sequence[Words], names: Names) -> torch.Tensor:
    """Loss over what is known of each text."""
    signs, conditions, asks = logits
    truth, is_known = names.sign_truth(batch)
    weight = torch.full((len(names.signs),), PRESENT_WEIGHT)
    each = torch.nn.functional.binary_cross_entropy_with_logits(signs, truth, pos_weight=weight, reduction="none")
    loss = (each * is_known).sum() / is_known.sum().clamp_min(1)
    places = names.condition_truth(batch)
    if (places != UNKNOWN).any():
        loss = loss + CONDITION_WEIGHT * torch.nn.functional.cross_entropy(
            conditions, places, ignore_index=UNKNOWN, label_smoothing=SMOOTHING
        )
    wanted = names.ask_truth(batch)
    if wanted.any():
        missed = -(wanted * torch.log_softmax(asks, dim=1)).sum()
        loss = loss + QUESTION_WEIGHT * missed / wanted.sum()
    return loss


def features_of(network: Network, backbone: Path, texts: Sequence[str]) -> torch.Tensor:
    """(n, features) of the texts; those of like length are read together, which wastes little on padding."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(backbone)
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    features = torch.empty(len(texts), network.signs.in_features)
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            features[places] = network.pooled(*tokens(tokenizer, [texts[place] for place in places]))
    return features


def refit(network: Network, backbone: Path, corpus: Sequence[Words], names: Names) -> None:
    """Nothing; fits each head anew on the finished features, which finds far more in the small corpora."""
    features = features_of(network, backbone, [words.text for words in corpus])
    truth, known = names.sign_truth(corpus)
    places, wanted = names.condition_truth(corpus), names.ask_truth(corpus)
    wanted[:, names.asks.index(NO_ANSWER)] *= NO_ANSWER_WEIGHT
    cross = torch.nn.functional.cross_entropy

    def of_signs(logits: torch.Tensor) -> torch.Tensor:
        weight = torch.full((len(names.signs),), PRESENT_WEIGHT)
        each = torch.nn.functional.binary_cross_entropy_with_logits(logits, truth, pos_weight=weight, reduction="none")
        return (each * known).sum() / known.sum()

    fit_head(network.signs, features, REFIT_DECAY["signs"], of_signs)
    fit_head(
        network.conditions,
        features,
        REFIT_DECAY["conditions"],
        lambda logits: cross(logits, places, ignore_index=UNKNOWN, label_smoothing=SMOOTHING),
    )
    fit_head(
        network.asks,
        features,
        REFIT_DECAY["asks"],
        lambda logits: -(wanted * torch.log_softmax(logits, dim=1)).sum() / wanted.sum(),
    )


def fit_head(
    head: torch.nn.Linear,
    features: torch.Tensor,
    decay: float,
    loss_of_logits: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    """Nothing; fits a head, from where it is, until nothing is gained."""
    optimiser = torch.optim.LBFGS(head.parameters(), max_iter=REFIT_STEPS, history_size=20)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = loss_of_logits(head(features)) + decay * (head.weight**2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)


def probabilities(network: Network, backbone: Path, corpus: Sequence[Words]) -> tuple[FloatArray, ...]:
    """(n, signs), (n, conditions) and (n, asks) for the texts as they stand."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(backbone)
    with torch.inference_mode():
        rows = [network(*tokens(tokenizer, [words.text])) for words in corpus]
    return tuple(torch.cat(column).numpy() for column in zip(*rows, strict=True))


def measured(network: Network, backbone: Path, corpus: Sequence[Words], names: Names) -> dict[str, object]:
    """Recall and false alarms of each sign at 0.5, and how often condition and question are first or among three."""
    signs, conditions, asks = probabilities(network, backbone, corpus)
    truth, looked = (part.numpy() > 0 for part in names.sign_truth(corpus))
    conditions_truth = np.array([[words.condition == name for name in names.conditions] for words in corpus])
    return {
        "texts": len(corpus),
        "signs": {
            name: {
                "present": int((present := truth[:, place] & looked[:, place]).sum()),
                "recall": round(float((signs[present, place] >= 0.5).mean()), 3),
                "false_alarms": round(float((signs[looked[:, place] & ~present, place] >= 0.5).mean()), 4),
            }
            for place, name in enumerate(names.signs)
        },
        "conditions": _top(conditions, conditions_truth),
        "asks": _top(asks, names.ask_truth(corpus).numpy() > 0),
    }


def _top(probability: FloatArray, truth: NDArray[np.bool_]) -> dict[str, float]:
    """How often a right one is first, and among three, where there is a right one."""
    asked = truth.any(1)
    order = np.argsort(-probability[asked], axis=1)
    hits = np.take_along_axis(truth[asked], order, axis=1)
    return {"texts": int(asked.sum())} | {f"top_{n}": round(float(hits[:, :n].any(1).mean()), 3) for n in (1, 3)}


def export(network: Network, out: Path) -> None:
    """Nothing; writes `reader-q8.onnx` into the folder."""
    import onnx  # noqa: PLC0415 (only the recipe needs it)
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer  # noqa: PLC0415

    network.body.set_attn_implementation("eager")
    words = network.body.embeddings.word_embeddings
    network.body.embeddings.word_embeddings = EightBitEmbedding(words.weight.data)
    ids = torch.randint(5, 200, (1, 9))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            (ids, torch.ones_like(ids)),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["signs", "conditions", "asks"],
            dynamic_axes={"input_ids": {1: "tokens"}, "attention_mask": {1: "tokens"}},
            opset_version=18,
            dynamo=False,
        )
        small = MatMulNBitsQuantizer(onnx.load(plain), block_size=32, is_symmetric=True, accuracy_level=4, bits=8)
        small.process()
        small.model.save_model_to_file(str(out / "reader-q8.onnx"), use_external_data_format=False)
    network.body.embeddings.word_embeddings = words


def write_names(names: Names, out: Path) -> None:
    """Nothing; writes `names.json`: what the outputs stand for, in their order."""
    kept = {"signs": names.signs, "conditions": names.conditions, "asks": names.asks}
    (out / "names.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def trained(corpus: Sequence[Words], names: Names, options: argparse.Namespace) -> Network:
    """The network for these texts, and as many again of them beside other talk as `MIXED` says."""
    every = [*corpus, *among_other_talk(corpus, MIXED, random.Random(SEED))]  # noqa: S311
    network = train(every, names, options)
    refit(network, options.backbone, every, names)
    return network


def held_out_report(every: Sequence[Words], names: Names, options: argparse.Namespace) -> dict[str, object]:
    """What a sibling reads of the fifth of the texts that it was not shown."""
    aside = held_out_blocks(len(every), HELD_OUT_SHARE, SEED)
    shown = [words for place, words in enumerate(every) if place not in aside]
    blind = trained(shown, names, options)
    return measured(blind, options.backbone, [every[place] for place in sorted(aside)], names)


def main() -> None:
    """Runs the recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backbone", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4, help="0 with --start fits the heads alone")
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate of the encoder")
    parser.add_argument("--start", type=Path, help="reader.pt of an earlier run to go on from, with its names.json")
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    if options.start and options.measure:
        parser.error("--measure needs a network that has not seen the texts held aside: leave out --start")
    options.out.mkdir(parents=True, exist_ok=True)
    corpora = [read_corpus(path) for path in CORPORA]
    every = [words for corpus in corpora for words in corpus]
    names = Names.of(every)
    final = trained(every, names, options)
    torch.save(final.state_dict(), options.out / "reader.pt")  # not kept with the project: ONNX is what the app reads
    export(final, options.out)
    write_names(names, options.out)
    if options.measure:
        report = held_out_report(every, names, options)
        (options.out / "results.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if options.out.parent.parent.joinpath("manifest.toml").exists():
        refresh(options.out.parent.parent)


if __name__ == "__main__":
    sys.exit(main())
