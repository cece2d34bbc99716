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
    import uvicorn

    from bot.app import create_app
    from bot.chat.engine import NoModel, newest_model

    try:
        newest_model(settings().model_dir)
    except NoModel as missing:
        console.print(str(missing))
        raise typer.Exit(1) from None
    console.print(f"Signaalwijzer: http://{host}:{port} (ctrl-c stopt)")
    uvicorn.run(
        create_app(),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=10,
        limit_concurrency=500,
    )


@app.command()
def train() -> None:
    """Train the model when data or configuration changed since the last one."""
    from bot.training import train_model

    train_model(console)


if __name__ == "__main__":
    app()
