"""The two systems as processes: ours, and stock Rasa trained on the same data, each behind its own HTTP interface."""

import argparse
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import httpx
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.settings import ROOT
from scripts.bench.mix import Step

HERE = Path(__file__).parent
READY_SECONDS = 600.0
# A visitor of the bench does in a second what a person does in an hour.
UNLIMITED = {f"SIGNAALWIJZER_LIMIT_{name}": "1000000000" for name in ("NETWORK", "CONVERSATION", "SERVER")}
QUIET = {"PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false"}


class DidNotStart(Exception):
    """A process stopped or was not ready in time."""


def kept_models(folder: str) -> Path:
    """Return the folder that an argument names, in which ``run.py --keep`` left the models of both systems.

    Raises:
        argparse.ArgumentTypeError: there are none.
    """
    if not (Path(folder) / "stock" / "training.json").exists():
        raise argparse.ArgumentTypeError(f"no models there; train them with scripts/bench/run.py --keep {folder}")
    return Path(folder)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def thin(folder: Path, every: int) -> None:
    """Leave one message in so many of each label in a folder of training data, in one file; 1 changes nothing."""
    if every == 1:
        return
    found = load_data(str(folder))
    labels: dict[str, list[Message]] = defaultdict(list)
    for message in found.training_examples:
        labels[message.get_full_intent()].append(message)
    kept = [message for messages in labels.values() for message in messages[::every]]
    shutil.rmtree(folder)
    folder.mkdir()
    TrainingData(kept, found.entity_synonyms, found.regex_features, found.lookup_tables).persist_nlu(
        str(folder / "nlu.yml")
    )


class Training(NamedTuple):
    """What training cost: seconds on the clock, and of the processor."""

    seconds: float
    processor_seconds: float


@dataclass
class System(ABC):
    """A chat system: trained in ``folder``, started and stopped at will.

    ``every``: train on one message in so many of each label; 1 is all of them.
    """

    folder: Path
    every: int = 1
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    address: str = ""
    name: str = ""

    @abstractmethod
    def train(self) -> Training:
        """Train on our data; return what it cost."""

    @abstractmethod
    def launch(self) -> str:
        """Start the processes; return the address that answers 200 when they are ready."""

    @abstractmethod
    async def say(self, client: aiohttp.ClientSession, visitor: dict[str, Any], step: Step) -> None:
        """Send one turn of a visitor and wait for the answer; ``visitor`` is kept between turns."""

    def start(self) -> float:
        """Start and return the seconds until ready.

        Raises:
            DidNotStart: a process stopped, or time ran out.
        """
        began = time.perf_counter()
        probe = self.launch()
        while time.perf_counter() - began < READY_SECONDS:
            if any(process.poll() is not None for process in self.processes):
                raise DidNotStart(f"{self.name} stopped")
            try:
                if httpx.get(probe, timeout=2).status_code == 200:
                    return time.perf_counter() - began
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise DidNotStart(f"{self.name} was not ready after {READY_SECONDS:.0f} s")

    def stop(self) -> None:
        """Stop the processes that this system started."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)
        self.processes.clear()

    def memory(self) -> int:
        """Return the resident memory of all processes in bytes."""
        return sum(_resident(process.pid) for process in self.processes)

    def cpu(self) -> float:
        """Return the processor seconds that all processes used so far."""
        return sum(_processor(process.pid) for process in self.processes)

    def _run(self, *arguments: str, **environment: str) -> None:
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-W", "ignore", *arguments],
                cwd=self.folder,
                env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT), **environment},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def _train(self, *arguments: str) -> Training:
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=self.folder,
            env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Training(time.perf_counter() - began, used)

    def prepare(self, config: Path) -> None:
        """Copy our data, domain and the given configuration into the folder."""
        shutil.copytree(ROOT / "data", self.folder / "data", dirs_exist_ok=True)
        thin(self.folder / "data" / "nlu", self.every)
        shutil.copy(ROOT / "domain.yml", self.folder / "domain.yml")
        shutil.copy(config, self.folder / "config.yml")


class Ours(System):
    """Signaalwijzer with a fresh database."""

    def train(self) -> Training:
        """Train on our data; return what it cost."""
        self.prepare(ROOT / "config.yml")
        return self._train(*_RASA_TRAIN, "--fixed-model-name", "signaalwijzer-bench")

    def launch(self) -> str:
        """Start the server; return its readiness address."""
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._run(
            "-m", "bot.cli", "serve", "--port", str(port),
            SIGNAALWIJZER_MODEL_DIR=str(self.folder / "models"),
            SIGNAALWIJZER_DATABASE_URL=f"sqlite:///{self.folder / 'bench.db'}",
            **UNLIMITED,
        )  # fmt: skip
        return f"{self.address}/health/ready"

    async def say(self, client: aiohttp.ClientSession, visitor: dict[str, Any], step: Step) -> None:
        """Send one turn; a button that was not offered is pressed as the first one that was."""
        if "session" not in visitor:
            await self._post(client, visitor, {})
        body: dict[str, Any] = {"session": visitor["session"]}
        if step.typed or not visitor["offered"]:
            body["text"] = step.value if step.typed else "ja"
        else:
            body["payload"] = step.value if step.value in visitor["offered"] else visitor["offered"][0]
        await self._post(client, visitor, body)

    async def _post(self, client: aiohttp.ClientSession, visitor: dict[str, Any], body: dict[str, Any]) -> None:
        async with client.post(f"{self.address}/chat/messages", json=body) as response:
            response.raise_for_status()
            answer = await response.json()
        visitor["session"] = answer["session"]
        buttons = [button["payload"] for message in answer["messages"] for button in message.get("buttons", ())]
        # Leaving the conversation is not part of the mix.
        visitor["offered"] = [payload for payload in buttons if not payload.startswith(("/stop", "/erase", "/restart"))]


@dataclass
class Stock(System):
    """Rasa as `rasa init` leaves it, with its REST channel and an action server.

    ``epochs``: rounds of its two language classifiers; 100 as Rasa writes it, fewer when hours are too many.
    """

    epochs: int = 100

    def train(self) -> Training:
        """Train on our data; return what it cost."""
        self.prepare(HERE / "stock.yml")
        config = (self.folder / "config.yml").read_text(encoding="utf-8")
        # The policies keep their epochs: they learn from a hundred rules and are quick.
        language, policies, rest = config.partition("policies:")
        fewer = language.replace("epochs: 100", f"epochs: {self.epochs}")
        (self.folder / "config.yml").write_text(fewer + policies + rest, encoding="utf-8")
        (self.folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
        shutil.copytree(ROOT / "actions", self.folder / "actions", dirs_exist_ok=True)
        return self._train(*_RASA_TRAIN, "--fixed-model-name", "stock")

    def launch(self) -> str:
        """Start the action server and Rasa; return the address of Rasa's status."""
        port, actions = free_port(), free_port()
        (self.folder / "endpoints.yml").write_text(
            f"action_endpoint:\n  url: http://127.0.0.1:{actions}/webhook\n", encoding="utf-8"
        )
        self.address = f"http://127.0.0.1:{port}"
        self._run("-m", "rasa", "run", "actions", "--port", str(actions))
        self._run("-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port), "--enable-api")
        return f"{self.address}/status"

    async def say(self, client: aiohttp.ClientSession, visitor: dict[str, Any], step: Step) -> None:
        """Send one turn over the REST channel."""
        sender = visitor.setdefault("sender", os.urandom(8).hex())
        body = {"sender": sender, "message": step.value}
        async with client.post(f"{self.address}/webhooks/rest/webhook", json=body) as response:
            response.raise_for_status()
            await response.read()


_RASA_TRAIN = ("-m", "rasa", "train", "--data", "data", "--out", "models", "--force", "--quiet")


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
