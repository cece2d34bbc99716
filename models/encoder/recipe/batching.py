"""Batches of texts of like length, for both trainings that use the network."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor
from vocabulary import PAD

BATCH = 32
# Batches are made of texts of like length, out of so many batches at once.
POOL = 40
Item = TypeVar("Item")


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return pieces and mask (both texts x longest)."""
    longest = max(map(len, rows))
    numbers = torch.full((len(rows), longest), PAD)
    mask = torch.zeros(len(rows), longest)
    for i, row in enumerate(rows):
        numbers[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return numbers, mask


def batches(items: list[Item], length: Callable[[Item], int], chance: random.Random) -> Iterator[list[Item]]:
    """Yield shuffled batches of items of like ``length``; shuffles ``items`` too."""
    chance.shuffle(items)
    cut = []
    for start in range(0, len(items), BATCH * POOL):
        pool = sorted(items[start : start + BATCH * POOL], key=length)
        cut += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    chance.shuffle(cut)
    yield from cut
