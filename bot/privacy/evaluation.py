"""How well personal details are found: precision and recall on a set of our own, by kind and for the whole notice."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.privacy.personal_details import KINDS, Finder, finder
from bot.settings import ROOT

SET = ROOT / "tests" / "data" / "personal_details.tsv"
NOTICE = "notice"
# Below these the set was made worse, or the finder.
PRECISION_FLOOR, RECALL_FLOOR = 0.95, 0.9


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one kind: rightly found, wrongly found, missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 when nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what there is that was found; 1 when there is nothing."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def read_set(path: Path = SET) -> list[tuple[frozenset[str], str]]:
    """Return the lines of a set: expected kinds and text."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(frozenset(row["kinds"].split(",")) - {"-"}, row["text"]) for row in rows]


def measure(lines: list[tuple[frozenset[str], str]], using: Finder) -> dict[str, Score]:
    """Return the score of each kind, and of the notice: whether anything was found where there is something."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for expected, text in lines:
        found: frozenset[str] = using.kinds(text)
        right.update(found & expected)
        wrong.update(found - expected)
        missed.update(expected - found)
        right[NOTICE] += bool(found and expected)
        wrong[NOTICE] += bool(found and not expected)
        missed[NOTICE] += bool(expected and not found)
    return {kind: Score(right[kind], wrong[kind], missed[kind]) for kind in (*KINDS, NOTICE)}


def evaluate(console: Console, floors: bool = False) -> bool:
    """Print the scores; return whether the notice keeps the floors (always true without ``floors``)."""
    lines, using = read_set(), finder()
    scores = measure(lines, using)
    recogniser = "met" if using.recogniser else "zonder"
    table = Table("", "precisie", "recall", "goed", "fout", "gemist", title=f"{len(lines)} zinnen, {recogniser} spaCy")
    for kind, score in scores.items():
        counts = map(str, (score.right, score.wrong, score.missed))
        table.add_row(kind, f"{score.precision:.1%}", f"{score.recall:.1%}", *counts)
    console.print(table)
    notice = scores[NOTICE]
    return not floors or (notice.precision >= PRECISION_FLOOR and notice.recall >= RECALL_FLOOR)
