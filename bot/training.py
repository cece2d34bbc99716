"""Training: only when what the model is made of has changed, with a progress bar."""

import hashlib
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.privacy import log_guard
from bot.settings import ROOT, settings

# Wording is not among them: the catalogue is read at start, so an editor need not train.
SOURCES = ("config.yml", "domain.yml", "data/nlu", "data/stories", "data/patterns", "bot/nlu")


def fingerprint(root: Path = ROOT) -> str:
    """Return a hash over everything that the model is made of."""
    digest = hashlib.sha256()
    for source in SOURCES:
        path = root / source
        files = sorted(file for file in path.rglob("*") if file.suffix in (".yml", ".py")) if path.is_dir() else [path]
        for file in files:
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    lock = root / "requirements.lock"
    digest.update(lock.read_bytes() if lock.exists() else b"")
    return digest.hexdigest()[:16]


def train_model(console: Console) -> Path:
    """Return the model for the present data, training it when there is none yet.

    Raises:
        SystemExit: Rasa refused the data; its own message has been shown.
    """
    folder = settings().model_dir
    model = folder / f"signaalwijzer-{fingerprint()}.tar.gz"
    if model.exists():
        console.print("Model is up to date.")
        return model
    log_guard.install()
    began = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as progress:
        progress.add_task("Training the model", total=None)
        from rasa.model_training import train

        result = train(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=[str(ROOT / "data")],
            output=str(folder),
            force_training=True,
            fixed_model_name=model.name.removesuffix(".tar.gz"),
        )
    if result.code != 0 or not result.model:
        console.print("Training failed.")
        raise SystemExit(1)
    for old in folder.glob("signaalwijzer-*.tar.gz"):
        if old != model:
            old.unlink()
    console.print(f"Trained in {time.monotonic() - began:.0f} s.")
    return model
