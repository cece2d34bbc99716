"""Stand-ins for what Rasa imports and the server does without: start-up and memory that no component of ours needs.

Rasa 3.6 imports TensorFlow wherever a policy or extractor is defined, and the libraries of all its channels, stores and
training, also when a model has none that uses them. While the server starts, this finder answers such imports with
empty stand-ins. Training and Rasa's own tools never see it.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PACKAGES = frozenset(
    [
        # Learning: our components are trained with scikit-learn and answer without it.
        *("tensorflow", "tensorflow_addons", "keras", "sklearn", "sklearn_crfsuite", "scipy", "joblib", "h5py", "dask"),
        *("networkx", "matplotlib", "skops", "safetensors"),
        # Channels and shells: our own application is the only one that listens.
        *("sanic", "sanic_cors", "sanic_jwt", "sanic_routing", "socketio", "engineio", "websockets"),
        *("aiogram", "fbmessenger", "slack_sdk", "twilio", "webexteamssdk", "questionary", "prompt_toolkit"),
        # Stores and brokers: sessions are sealed in our own database.
        *("redis", "pymongo", "boto3", "botocore", "aio_pika", "aiormq", "portalocker", "apscheduler", "google"),
    ]
)


class _StandInType(type):
    """Makes every attribute of a stand-in another one: classes can inherit from it, decorators do nothing."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if cls is _StandIn and len(arguments) == 1 and callable(arguments[0]) and not options:
            return arguments[0]
        if cls is not _StandIn:
            raise RuntimeError(f"{cls.__name__} is a stand-in: this process does without its package")
        return super().__call__()

    def __or__(cls, other: Any) -> Any:
        return cls

    def __ror__(cls, other: Any) -> Any:
        return cls

    def __getitem__(cls, item: Any) -> Any:
        return cls


class _StandIn(metaclass=_StandInType):
    def __init_subclass__(cls, **options: Any) -> None:
        """Accept whatever a class of TensorFlow accepts."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else self


class _StandInModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Answer imports of these packages with stand-ins from now on; those that are imported already stay."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
