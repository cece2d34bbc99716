"""The command line: serve, train, check, evaluate, monitor."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.settings import ROOT, settings

app = typer.Typer(help="Signaalwijzer: anonieme chatassistent over mensenhandel.", no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(stderr=True)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Start the assistant."""
    from bot.catalogue import load_catalogue
    from bot.directory.content import ContentError
    from bot.directory.store import Directory
    from bot.server import run

    try:
        load_catalogue()
        Directory.from_files()
    except ContentError as fault:
        console.print(f"[bold]De inhoud klopt niet.[/] {fault}")
        raise typer.Exit(1) from None
    if not list(settings().model_dir.glob("*.tar.gz")):
        console.print("Er is nog geen model. Draai eerst: signaalwijzer train")
        raise typer.Exit(1)
    console.print(f"Signaalwijzer: http://{host}:{port} (ctrl-c stopt)")
    run(host, port)


@app.command()
def train() -> None:
    """Train the model when data or configuration changed since the last one."""
    from bot.training import train_model

    train_model(console)


if __name__ == "__main__":
    app()
