"""The tokenizer: the word pieces of e5 that our visitors' languages use, in lower case."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from e5 import E5
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

SPECIAL = 4  # <s> <pad> </s> <unk>
START, PAD, END, UNKNOWN = range(SPECIAL)
SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "ETHIOPIC", "CJK", "GREEK")
MARK = "▁"


def tokenizer(pieces: Sequence[str], scores: Iterable[float]) -> Tokenizer:
    """Return a unigram tokenizer over lower-case text; texts get ``START`` and ``END`` from the caller."""
    made = Tokenizer(models.Unigram(list(zip(pieces, map(float, scores), strict=True)), unk_id=UNKNOWN))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement=MARK, prepend_scheme="always", split=True)
    return made


def choose(e5: E5, texts: Sequence[str], size: int) -> list[int]:
    """Return the pieces to keep: those that ``texts`` use, single characters, then the most common ones."""
    lower = [
        i for i, piece in enumerate(e5.pieces) if i < SPECIAL or (piece == piece.lower() and not piece.startswith("<"))
    ]
    full = tokenizer([e5.pieces[i] for i in lower], [e5.scores[i] for i in lower])
    used = Counter(number for coded in full.encode_batch(list(texts)) for number in coded.ids)
    keep = {*range(SPECIAL), *(lower[number] for number in used)}
    readable = [i for i in lower if _our_script(e5.pieces[i])]
    keep.update(i for i in readable if _single(e5.pieces[i]))
    for i in sorted(readable, key=lambda i: -e5.scores[i]):
        if len(keep) >= size:
            break
        keep.add(i)
    return sorted(keep)


def _our_script(piece: str) -> bool:
    letters = (character for character in piece.replace(MARK, "") if character.isalpha())
    return all(unicodedata.name(letter, "").startswith(SCRIPTS) for letter in letters)


def _single(piece: str) -> bool:
    bare = piece.replace(MARK, "") or " "
    return len(bare) == 1 and not unicodedata.name(bare, "").startswith("CJK")
