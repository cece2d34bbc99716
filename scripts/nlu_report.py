"""The training data in figures: counts, near duplicates, key terms, overlap with the evaluation sets.

Exits with 1 when a minimum is broken, so that the figures cannot fall unseen.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from bot.evaluation.messages import read_messages
from bot.guidance.conversation import DANGERS, FORMS
from bot.nlu.text import spell
from bot.settings import PATTERNS, ROOT

LEAST_FAQ, LEAST_HEAVY, LEAST = 60, 200, 40
HEAVY = frozenset({*DANGERS, *FORMS})
MOST_KEY_TERM = 0.5
# Examples that share this part of their three-word runs are near duplicates.
NEAR, RUN = 0.6, 3
# Shorter evaluation messages ("ja", "stop") are bound to be in the training data too.
LONG_ENOUGH = 4


@dataclass
class Report:
    """Figures on the training data; ``broken`` says in words what falls short."""

    examples: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    near_duplicates: list[tuple[str, str, str]] = field(default_factory=list)
    key_term_share: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def read_examples(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (full intent, example) for every training example below ``folder``."""
    for path in sorted(folder.rglob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in item["examples"].splitlines():
                if line.startswith("- "):
                    yield item["intent"], line[2:].strip()


def plain(text: str) -> str:
    """Return the words of a text, for comparison."""
    return re.sub(r"\W+", " ", spell(text)).strip() or text


def near_duplicates(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs that share most of their runs of three words."""
    runs = {}
    for text in texts:
        words = plain(text).split()
        if len(words) >= 2 * RUN:
            runs[text] = {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    for (first, a), (second, b) in combinations(runs.items(), 2):
        if len(a & b) > NEAR * min(len(a), len(b)):
            yield first, second


def report(examples: Iterable[tuple[str, str]], key_terms: Mapping[str, str], evaluation: Iterable[str] = ()) -> Report:
    """Return the figures for ``examples`` and what falls short; no message of ``evaluation`` may be among them."""
    found = Report()
    by_label: dict[str, list[str]] = defaultdict(list)
    seen: dict[str, str] = {}
    for label, text in examples:
        by_label[label].append(text)
        other = seen.setdefault(plain(text), label)
        if other != label:
            found.broken.append(f"{text!r} is in {other} and in {label}")
    found.counts = dict(sorted(Counter({label: len(texts) for label, texts in by_label.items()}).items()))
    found.examples = sum(found.counts.values())
    for label, count in found.counts.items():
        least = LEAST_FAQ if label.startswith("faq/") else LEAST_HEAVY if label in HEAVY else LEAST
        if count < least:
            found.broken.append(f"{label}: {count} examples, at least {least} are needed")
    for label, texts in by_label.items():
        found.near_duplicates += [(label, first, second) for first, second in near_duplicates(texts)]
    for topic, term in key_terms.items():
        texts = by_label.get(f"faq/{topic}", [])
        share = sum(bool(re.search(term, spell(text))) for text in texts) / len(texts) if texts else 0.0
        found.key_term_share[topic] = round(share, 3)
        if share > MOST_KEY_TERM:
            found.broken.append(f"faq/{topic}: {share:.0%} of the examples contain its key term")
    for text in evaluation:
        if len(text.split()) >= LONG_ENOUGH and plain(text) in seen:
            found.broken.append(f"{text!r} is an evaluation message and an example of {seen[plain(text)]}")
    return found


def main() -> int:
    """Print the report; return 1 when something falls short."""
    key_terms = yaml.safe_load((PATTERNS / "key_terms.yml").read_text(encoding="utf-8"))["key_terms"]
    sets = [
        path for kind in ("dev", "test", "heldout") for path in sorted((ROOT / "tests" / "data").glob(f"*_{kind}.tsv"))
    ]
    evaluation = [message.text for path in sets for message in read_messages(path)]
    found = report(read_examples(ROOT / "data" / "nlu"), key_terms, evaluation)
    if "--json" in sys.argv[1:]:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    else:
        console = Console()
        table = Table("label", "examples", "key term", title=f"{found.examples} examples")
        for label, count in found.counts.items():
            share = found.key_term_share.get(label.removeprefix("faq/")) if label.startswith("faq/") else None
            table.add_row(label, str(count), "" if share is None else f"{share:.0%}")
        console.print(table)
        console.print(f"{len(found.near_duplicates)} near duplicates")
        for line in found.broken:
            console.print(line, markup=False)
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
