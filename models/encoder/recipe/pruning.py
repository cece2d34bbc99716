"""Drops the attention heads and inner neurons that matter least, little by little, while training goes on.

How much one matters is how much the loss would change without it, to the first order (Molchanov et al., 2019): the
product of its weights and their gradients, summed up, in size, over the steps since the last were dropped.
"""

from collections.abc import Sequence

import torch
from network import Encoder
from torch import Tensor

# So many times some are dropped, so many steps apart.
STAGES, APART = 8, 80
LEAST_HEADS, LEAST_INNER = 3, 192
# Inner layers keep a multiple of this many neurons: others cost as much as the next multiple.
MULTIPLE = 32


class Pruning:
    """Brings an encoder down to ``1 - share`` of its heads and inner neurons, in the first ``steps`` of training."""

    steps = STAGES * APART

    def __init__(self, encoder: Encoder, share: float) -> None:
        self._layers = encoder.layers
        self._share = share
        self._heads = sum(layer.heads for layer in self._layers)
        self._inner = sum(layer.size.inner for layer in self._layers)
        self._forget()

    def _forget(self) -> None:
        self._matter_heads = [torch.zeros(layer.heads) for layer in self._layers]
        self._matter_inner = [torch.zeros(layer.size.inner) for layer in self._layers]

    @torch.no_grad()
    def watch(self) -> None:
        """Take in the gradients of a step."""
        for i, layer in enumerate(self._layers):
            join = (layer.join.weight * layer.join.weight.grad).sum(0)
            self._matter_heads[i] += join.view(layer.heads, layer.width).sum(1).abs()
            widen = (layer.widen.weight * layer.widen.weight.grad).sum(1) + layer.widen.bias * layer.widen.bias.grad
            self._matter_inner[i] += widen.abs()

    def prune(self, step: int) -> bool:
        """Drop some when it is time; return whether the encoder changed."""
        stage, early = divmod(step, APART)
        if early or not 1 <= stage <= STAGES:
            return False
        left = 1 - self._share * stage / STAGES
        heads = _best(self._matter_heads, round(self._heads * left), LEAST_HEADS, 1)
        inner = _best(self._matter_inner, round(self._inner * left), LEAST_INNER, MULTIPLE)
        for layer, kept_heads, kept_inner in zip(self._layers, heads, inner, strict=True):
            layer.keep(kept_heads, kept_inner)
        self._forget()
        return True


def _best(matter: Sequence[Tensor], total: int, least: int, multiple: int) -> list[list[int]]:
    """Return for each layer what is kept, by place: the best ``total`` or so of all, at least ``least`` a layer."""
    everything = torch.cat(list(matter)).sort(descending=True).values
    bar = everything[min(total, len(everything)) - 1]
    kept = []
    for each in matter:
        wanted = int((each >= bar).sum())
        number = min(len(each), max(least, round(wanted / multiple) * multiple))
        kept.append(sorted(each.argsort(descending=True)[:number].tolist()))
    return kept
