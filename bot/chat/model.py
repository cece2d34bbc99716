"""A trained Rasa model as the server uses it: the language components, and the rules as RulePolicy learned them.

Rasa's agent would also load the domain with all its wording, policies, trackers and a task scheduler (dask), and ask
the policy anew in each turn, though our rules look at nothing but the intent. Here the components run one after the
other, and a rule is a look-up. Tests hold both against what Rasa's own agent answers.
"""

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.graph import ExecutionContext, GraphNode, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

# Rasa puts this node behind the pipeline; it obeys "/intent" in a text, which no visitor may order.
LAST = "RegexMessageHandler"
RULE_POLICY = "RulePolicy"
# A node of the graph as Rasa writes it: what it needs (other nodes), which class it uses, its config and resource.
Node = Mapping[str, Any]


class NoModel(Exception):
    """There is no trained model; ``signaalwijzer train`` makes one."""


class UnusableModel(Exception):
    """A model of another make than ours; the message says what is different."""


def newest_model(folder: Path) -> Path:
    """Return the newest trained model in ``folder``.

    Raises:
        NoModel: there is none.
    """
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise NoModel(f"no trained model in {folder.name}/; run: signaalwijzer train")
    return models[-1]


@dataclass(frozen=True)
class Model:
    """The language components in their order, and the action for each intent; ``fallback`` for an intent without."""

    components: tuple[GraphNode, ...]
    actions: Mapping[str, str]
    fallback: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a model archive.

        Raises:
            UnusableModel: its components are no chain, or its rules look at more than the intent.
        """
        with TemporaryDirectory() as folder:
            with tarfile.open(path) as archive:
                archive.extractall(folder, filter="data")
            # Only the nodes that are used: Rasa would import all it knows, for training too.
            nodes = json.loads((Path(folder) / "metadata.json").read_text(encoding="utf-8"))["predict_schema"]["nodes"]
            policy, parts = _node(nodes, RULE_POLICY), Path(folder) / "components"
            return cls(
                _components(nodes, parts), _actions(policy, parts), policy["config"]["core_fallback_action_name"]
            )

    def read(self, text: str) -> Message:
        """Return what the components find in ``text``."""
        messages = [Message({TEXT: text})]
        for component in self.components:
            # A node takes the outputs of others by their names; each of ours takes that of the one before it.
            (before,) = component._inputs.values()
            _, messages = component((before, messages))
        return messages[0]

    def action(self, intent: str) -> str:
        """Return the name of the action that answers ``intent``."""
        return self.actions.get(intent, self.fallback)


def _node(nodes: Mapping[str, Node], component: str) -> Node:
    found = [node for node in nodes.values() if node["uses"].rpartition(".")[2] == component]
    if len(found) != 1:
        raise UnusableModel(f"the model has {len(found)} of {component}, not one")
    return found[0]


def _components(nodes: Mapping[str, Node], parts: Path) -> tuple[GraphNode, ...]:
    """Load the components between the visitor's message and the node that we leave out."""
    chain: dict[str, Node] = {}
    name = _node(nodes, LAST)["needs"]["messages"]
    while PLACEHOLDER_MESSAGE not in (node := nodes[name])["needs"].values():
        if set(node["needs"]) != {"messages"}:
            raise UnusableModel(f"{name} needs more than the component before it")
        chain = {name: node, **chain}
        name = node["needs"]["messages"]
    schema, storage = GraphSchema.from_dict({"nodes": chain}), LocalModelStorage(parts)
    context = ExecutionContext(schema)
    return tuple(GraphNode.from_schema_node(name, schema.nodes[name], storage, context) for name in chain)


def _actions(policy: Node, parts: Path) -> dict[str, str]:
    """Return the action for each intent out of what RulePolicy stored."""
    stored = json.loads((parts / policy["resource"]["name"] / "rule_policy.json").read_text(encoding="utf-8"))
    actions = {}
    for rule, action in stored["lookup"]["rules"].items():
        states = json.loads(rule)
        intent = states[0].get("user", {}).get("intent")
        first = {"prev_action": {"action_name": ACTION_LISTEN_NAME}, "user": {"intent": intent}}
        # After one of our actions the visitor is to speak, in every rule.
        if states[0] != first or (len(states) > 1 and action != ACTION_LISTEN_NAME):
            raise UnusableModel(f"a rule for {action} looks at more than the intent")
        if len(states) == 1:
            actions[intent] = action
    return actions
