"""The monitor report: what may be shown of the counters, on the terminal and as a page with charts of our own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from rich.console import Console
from rich.table import Table

from bot.catalogue import Catalogue, catalogue
from bot.database import connect
from bot.directory.content import Strict, Text, read_yaml, validate
from bot.directory.store import Directory
from bot.settings import CONTENT, settings
from bot.stats.events import Allowed, closed_list
from bot.stats.publish import SMALLEST, Cells, monday, published
from bot.stats.store import read_counts

_HERE = Path(__file__).parent
_FILE = "statistics.yml"
HIDDEN = f"< {SMALLEST}"
_WEEKS_PRINTED, _WEEKS_DRAWN = 8, 12
_WIDEST = 340


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its name, the number beside it and its width in units of the drawing."""

    label: str
    number: str
    width: int


class Labels(Strict):
    """The Dutch names of events and of the values that have no name elsewhere."""

    events: dict[str, Text]
    values: dict[str, dict[str, Text]]


def labels(words: Catalogue, directory: Directory) -> Labels:
    """Return the names of all events and values; topics by the title of their button, contacts by their name.

    Raises:
        ContentError: the file breaks its schema.
    """
    read = validate(read_yaml(CONTENT / _FILE), Labels, _FILE)
    contacts = {identifier: contact.name for identifier, contact in directory.contacts.items()}
    topics = {topic: words[f"utter_faq/{topic}"].metadata.title or topic for topic in words.topics()}
    named = {**read.values, "topic": topics, "contact_shown": contacts, "contact_tapped": contacts}
    return Labels(events=read.events, values=named)


def everything_counted(words: Catalogue, directory: Directory) -> Allowed:
    """Return the closed list of this installation."""
    return closed_list(words.topics(), directory.contacts)


def monitor(console: Console, html: Path | None = None) -> None:
    """Print the report to ``console``, and write it to ``html`` as a page when that is given.

    Raises:
        ContentError: the content breaks its schema.
        OSError: ``html`` cannot be written.
    """
    if not settings().statistics:
        console.print("Er wordt niet geteld: SIGNAALWIJZER_STATISTICS staat uit.")
        return
    words, directory = catalogue(), Directory.from_files()
    engine = connect(settings().database_url)
    try:
        shown = published(read_counts(engine), everything_counted(words, directory), datetime.now(UTC))
    finally:
        engine.dispose()
    named = labels(words, directory)
    print_report(console, shown, named)
    if html is not None:
        html.write_text(render(shown, named), encoding="utf-8")


def print_report(console: Console, shown: Mapping[str, Mapping[str, Cells]], named: Labels) -> None:
    """Print a table for each event that has a number to show: weeks as columns, newest first."""
    if not any(shown.values()):
        console.print("Er is nog geen afgesloten week met tellingen.")
        return
    for event, weeks in shown.items():
        newest = sorted(weeks, reverse=True)[:_WEEKS_PRINTED]
        table = Table("", *newest, title=named.events[event], title_justify="left")
        for value in _worth_showing(weeks):
            cells = (weeks[week][value] for week in newest)
            table.add_row(named.values[event][value], *(HIDDEN if cell is None else str(cell) for cell in cells))
        if table.row_count:
            console.print(table)
        else:
            console.print(f"{named.events[event]}: overal {HIDDEN}")


def render(shown: Mapping[str, Mapping[str, Cells]], named: Labels) -> str:
    """Return the report as an HTML page that needs nothing from elsewhere."""
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("report.html").render(
        shown=shown,
        named=named,
        hidden=HIDDEN,
        most_weeks=_WEEKS_DRAWN,
        worth_showing=_worth_showing,
        chart=lambda event, weeks: chart(weeks, named.values[event]),
        monday=monday,
    )


def chart(weeks: Mapping[str, Cells], names: Mapping[str, str]) -> list[Bar]:
    """Return the bars of one event: its weeks when it has one value, else its values in the newest week."""
    values = _worth_showing(weeks)
    if len(names) == 1:
        drawn = [(week, weeks[week][values[0]]) for week in sorted(weeks)[-_WEEKS_DRAWN:]]
    else:
        newest = weeks[max(weeks)]
        drawn = [(names[value], newest[value]) for value in values]
    highest = max((number for _, number in drawn if number is not None), default=1)
    return [
        Bar(label, HIDDEN if number is None else str(number), round((number or 0) / highest * _WIDEST))
        for label, number in drawn
    ]


def _worth_showing(weeks: Mapping[str, Cells]) -> list[str]:
    """Return the values that have a number in some week, largest of the newest week first."""
    found = {value for cells in weeks.values() for value, number in cells.items() if number is not None}
    newest = weeks[max(weeks)] if weeks else {}
    return sorted(found, key=lambda value: (-(newest[value] or 0), value))
