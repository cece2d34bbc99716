"""The command line: serve, train, check, evaluate, monitor."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.settings import ROOT, settings

app = typer.Typer(
    help="Signaalwijzer: anonieme chatassistent over mensenhandel.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
evaluate = typer.Typer(help="Measure how well the assistant understands.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")
console = Console(stderr=True)

SETS = ROOT / "tests" / "data"
# What each set must reach and may not exceed, with room for how another processor rounds. Beyond it,
# something that worked was broken. The aims and the measured figures are in docs/evaluation.md.
MIDDLE = "conversation"
FLOORS = {("understanding", "first_time"): 0.92, ("understanding", "after_one"): 0.95, ("danger", "recall"): 0.98}
CEILINGS = {("understanding", "wrong"): 0.05, ("danger", "false_alarms"): 0.10}
# Messages from the middle of a conversation are short, and what they mean depends on it: less is reached.
MIDDLE_FLOORS = {
    ("understanding", "first_time"): 0.78,
    ("understanding", "after_one"): 0.83,
    ("danger", "recall"): 0.92,
}
MIDDLE_CEILINGS = {("understanding", "wrong"): 0.08, ("danger", "false_alarms"): 0.08}
# What is measured under which name. Of messages from the middle, those that tell of no danger are the look-alikes.
ALL_SETS = {
    **{name: (f"understanding_{name}", f"danger_{name}") for name in ("dev", "test", "heldout")},
    **{f"{MIDDLE}_{name}": (f"{MIDDLE}_{name}",) * 2 for name in ("dev", "heldout")},
}
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
WithFloors = Annotated[bool, typer.Option("--floors", help="Fail below a floor or above a ceiling.")]


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
        console.print(f"De inhoud klopt niet. {fault}", markup=False)
        raise typer.Exit(1) from None
    if not any(settings().model_dir.glob("*.tar.gz")):
        console.print("Er is nog geen model. Draai eerst: signaalwijzer train")
        raise typer.Exit(1)
    console.print(f"Signaalwijzer start op http://{host}:{port} (ctrl-c stopt)")
    run(host, port)


@app.command()
def train() -> None:
    """Train the model when data or configuration changed since the last one."""
    from bot.training import train_model

    train_model(console)


@app.command()
def check(
    today: Annotated[
        bool, typer.Option("--today", help="Ook melden welke contacten te lang geleden zijn gecontroleerd.")
    ] = False,
) -> None:
    """Tell an editor, in Dutch, what is wrong with texts and facts, with file and line."""
    from bot.editing import report

    raise typer.Exit(1 if report(console, today=date.today() if today else None) else 0)


@app.command()
def monitor(
    html: Annotated[Path | None, typer.Option(help="Write the report to this file as a page.")] = None,
) -> None:
    """Print the anonymous counters by week."""
    from bot.stats.report import monitor as print_monitor

    print_monitor(console, html)


@evaluate.command("nlu")
def evaluate_nlu(file: Path, as_json: AsJson = False) -> None:
    """Measure understanding on FILE: tab-separated, columns text and accept (labels separated by |)."""
    from bot.evaluation.messages import read_messages
    from bot.evaluation.reports import measure_understanding

    messages = _set(file, read_messages)
    _show(measure_understanding(_understand(), messages).as_dict(), as_json)


@evaluate.command("danger")
def evaluate_danger(file: Path, as_json: AsJson = False) -> None:
    """Measure how danger is seen on FILE: tab-separated, columns text and accept; look-alikes have another label."""
    from bot.evaluation.messages import read_messages
    from bot.evaluation.reports import measure_danger

    messages = _set(file, read_messages)
    _show(measure_danger(_understand(), messages).as_dict(), as_json)


@evaluate.command("out-of-scope")
def evaluate_out_of_scope(file: Path, as_json: AsJson = False) -> None:
    """Measure false alarms on FILE: tab-separated, column text; nothing in it is about the subject."""
    from bot.evaluation.messages import read_messages
    from bot.evaluation.reports import measure_out_of_scope

    messages = _set(file, lambda path: read_messages(path, labelled=False))
    _show(measure_out_of_scope(_understand(), messages).as_dict(), as_json)


@evaluate.command("personal-details")
def evaluate_personal_details(floors: WithFloors = False) -> None:
    """Measure how well personal details are noticed."""
    from bot.privacy.evaluation import evaluate as measure

    raise typer.Exit(0 if measure(console, floors) else 1)


@evaluate.command("all")
def evaluate_all(as_json: AsJson = False, floors: WithFloors = False) -> None:
    """Measure everything on our own sets: dev, on which settings are chosen, and two that nobody tunes on."""
    from bot.evaluation.messages import read_messages
    from bot.evaluation.reports import measure_danger, measure_understanding
    from bot.privacy.evaluation import evaluate as measure_personal_details

    understand = _understand()
    figures: dict[str, Any] = {}
    for name, (understanding_of, danger_of) in ALL_SETS.items():
        understood = measure_understanding(understand, read_messages(SETS / f"{understanding_of}.tsv")).as_dict()
        danger = measure_danger(understand, read_messages(SETS / f"{danger_of}.tsv")).as_dict()
        figures[name] = {"understanding": understood, "danger": danger}
    _show(figures, as_json)
    kept = measure_personal_details(console, floors)
    if not floors:
        return
    failures = out_of_bounds(figures)
    for line in failures:
        console.print(line)
    if failures or not kept:
        raise typer.Exit(1)


def out_of_bounds(figures: Mapping[str, Any]) -> list[str]:
    """Return a line for each figure of a set that is below its floor or above its ceiling."""
    return [
        f"{kind} {figure} on {name}: {each[kind][figure]:.3f}, {bound} {limit:.2f}"
        for name, each in figures.items()
        for bound, limits, sign in _bounds(name)
        for (kind, figure), limit in limits.items()
        if sign * each[kind][figure] < sign * limit
    ]


def _bounds(name: str) -> tuple[tuple[str, Mapping[tuple[str, str], float], int], ...]:
    """Return the limits of a set: what they are called, the limits, and 1 or -1 when more or less is better."""
    if name.startswith(MIDDLE):
        return ("floor", MIDDLE_FLOORS, 1), ("ceiling", MIDDLE_CEILINGS, -1)
    return ("floor", FLOORS, 1), ("ceiling", CEILINGS, -1)


def _understand() -> Any:
    from bot.chat.engine import Engine
    from bot.chat.model import NoModel, UnusableModel, newest_model

    try:
        return Engine(newest_model(settings().model_dir)).understand
    except (NoModel, UnusableModel) as missing:
        console.print(str(missing))
        raise typer.Exit(1) from None


def _set(file: Path, read: Any) -> Any:
    from bot.evaluation.messages import BadSet

    try:
        return read(file)
    except BadSet as bad:
        console.print(str(bad), markup=False)
        raise typer.Exit(2) from None


def _show(figures: dict[str, Any], as_json: bool) -> None:
    """Print figures: as JSON on standard output, or as lines for people."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    for name, value in _flat(figures):
        console.print(f"{name:45} {value}", markup=False, highlight=False)


def _flat(figures: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            lines += [(f"{prefix}{name}", " ".join(map(str, entry))) for entry in value]
        else:
            lines.append((prefix + name, f"{value:.3f}" if isinstance(value, float) else str(value)))
    return lines


if __name__ == "__main__":
    app()
