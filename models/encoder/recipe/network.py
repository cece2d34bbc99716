"""The encoder as a network: e5's layers over the pieces that are kept, and the mean of their last vectors."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from e5 import E5
from torch import Tensor, nn
from torch.nn import functional

# Messages are cut to this many pieces.
LONGEST = 128


class Size(NamedTuple):
    """The size of a layer: its attention heads, and the neurons of its inner layer."""

    heads: int
    inner: int


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, e5: E5, number: int, dropout: float) -> None:
        super().__init__()
        size, inner, name = e5.hidden, e5.inner, f"l{number}."
        self.heads, self.width, self.dropout = e5.heads, size // e5.heads, dropout
        self.attend = _linear(
            np.concatenate([e5.matrix(f"{name}{part}.w", size, size) for part in "qkv"]),
            np.concatenate([e5.numbers(f"{name}{part}.b", size) for part in "qkv"]),
        )
        self.join = _linear(e5.matrix(f"{name}ao.w", size, size), e5.numbers(f"{name}ao.b", size))
        self.widen = _linear(e5.matrix(f"{name}fi.w", inner, size), e5.numbers(f"{name}fi.b", inner))
        self.narrow = _linear(e5.matrix(f"{name}fo.w", size, inner), e5.numbers(f"{name}fo.b", size))
        self.norms = nn.ModuleList([_norm(e5, f"{name}{part}") for part in ("aln", "oln")])

    @property
    def size(self) -> Size:
        """What is left of the layer."""
        return Size(self.heads, self.widen.out_features)

    def keep(self, heads: Sequence[int], inner: Sequence[int]) -> None:
        """Keep these heads and these neurons of the inner layer, and drop the others for good."""
        columns = [head * self.width + i for head in heads for i in range(self.width)]
        all_columns = self.heads * self.width
        self.attend = _kept(self.attend, rows=[part * all_columns + column for part in range(3) for column in columns])
        self.join = _kept(self.join, columns=columns)
        self.widen, self.narrow = _kept(self.widen, rows=inner), _kept(self.narrow, columns=inner)
        self.heads = len(heads)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """Return new vectors (texts x pieces x size); ``hidden`` is added to the attention that a piece gets."""
        texts, pieces, _ = x.shape
        parts = self.attend(x).view(texts, pieces, 3, self.heads, self.width)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(self.width) + hidden, -1)
        seen = self.join((weights @ value).transpose(1, 2).reshape(texts, pieces, -1))
        x = self.norms[0](x + functional.dropout(seen, self.dropout, self.training))
        thought = self.narrow(functional.gelu(self.widen(x)))
        return self.norms[1](x + functional.dropout(thought, self.dropout, self.training))


class Encoder(nn.Module):
    """Word pieces in, one vector a text out."""

    def __init__(
        self, e5: E5, keep: Sequence[int], sizes: Sequence[tuple[int, int]] = (), dropout: float = 0.1
    ) -> None:
        """Take the pieces ``keep`` of e5, and as many of its first layers as there are ``sizes`` (by default all)."""
        super().__init__()
        self.dropout = dropout
        words = e5.matrix("emb.word", e5.vocabulary, e5.hidden)[list(keep)]
        # The training data is too small to move the words: what is common would drift away from what is rare.
        self.words = nn.Embedding.from_pretrained(torch.tensor(words), freeze=True)
        places = e5.numbers("emb.pos", e5.positions, e5.hidden) + e5.numbers("emb.type", 2, e5.hidden)[0]
        self.places = nn.Parameter(torch.tensor(places[:LONGEST]))
        self.norm = _norm(e5, "emb.ln")
        self.layers = nn.ModuleList([Layer(e5, number, dropout) for number in range(len(sizes) or e5.layers)])
        for layer, (heads, inner) in zip(self.layers, sizes, strict=bool(sizes)):
            layer.keep(range(heads), range(inner))

    def keep_layers(self, numbers: Sequence[int]) -> None:
        """Keep the layers of these numbers, in this order, and drop the others for good."""
        self.layers = nn.ModuleList([self.layers[number] for number in numbers])

    def forward(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Return the vectors (texts x size) of numbered pieces; ``mask`` is 1 for pieces and 0 for padding."""
        x = self.contextual(pieces, mask)
        weights = mask[:, :, None].to(x.dtype)
        return (x * weights).sum(1) / weights.sum(1)

    def contextual(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Return the vectors of the pieces themselves (texts x pieces x size)."""
        x = self.norm(self.words(pieces) + self.places[: pieces.shape[1]])
        x = functional.dropout(x, self.dropout, self.training)
        hidden = (1 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, hidden)
        return x


def _kept(layer: nn.Linear, rows: Sequence[int] | None = None, columns: Sequence[int] | None = None) -> nn.Linear:
    weights, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    if rows is not None:
        weights, bias = weights[list(rows)], bias[list(rows)]
    return _linear(weights if columns is None else weights[:, list(columns)], bias)


def _linear(weights: np.ndarray, bias: np.ndarray) -> nn.Linear:
    made = nn.Linear(weights.shape[1], weights.shape[0])
    made.weight.data, made.bias.data = torch.tensor(weights), torch.tensor(bias)
    return made


def _norm(e5: E5, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(e5.hidden, eps=e5.epsilon)
    made.weight.data = torch.tensor(e5.numbers(f"{name}.w", e5.hidden))
    made.bias.data = torch.tensor(e5.numbers(f"{name}.b", e5.hidden))
    return made
