"""Runs Rasa's prediction graph in its order, which is worked out once instead of by dask in every call."""

from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner


class OrderedRunner(GraphRunner):
    """Gives what the dask runner that it was made from gives: the same loaded components, one after the other."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._nodes = loaded._instantiated_nodes
        self._schema = loaded._graph_schema
        self._orders: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}

    @classmethod
    def create(cls, *arguments: Any, **options: Any) -> "OrderedRunner":
        """Load the components; see ``GraphRunner.create``."""
        return cls(DaskGraphRunner.create(*arguments, **options))

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Return the output of each target; ``inputs`` are the outputs of nodes that are not in the graph.

        Raises:
            KeyError: the graph needs an input that is not there.
        """
        wanted = tuple(targets or self._schema.target_names)
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            outputs[name] = self._nodes[name](*(outputs[need] for need in needs))
        return {name: outputs[name][1] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, list[str]]]:
        """Return the nodes that ``targets`` need, with what each needs, in an order that works."""
        if targets not in self._orders:
            nodes = self._schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: list(node.needs.values()) for name, node in nodes.items()}
            order = TopologicalSorter(needs).static_order()
            self._orders[targets] = [(name, needs[name]) for name in order if name in nodes]
        return self._orders[targets]
