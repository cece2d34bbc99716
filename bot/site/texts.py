"""The texts of the site's pages: a catalogue of its own in ``data/site/texts``, and how a text becomes HTML."""

from collections.abc import Iterator
from functools import lru_cache

from bot.catalogue import Button, Catalogue, bubbles, contact_values, fill, load_catalogue
from bot.directory.content import MONTHS
from bot.directory.store import Directory
from bot.settings import ROOT

TEXTS = ROOT / "data" / "site" / "texts"


@lru_cache
def site_catalogue() -> Catalogue:
    """Return the texts of the pages; read once."""
    return load_catalogue(TEXTS)


class Words:
    """The texts of the pages with contact details and names filled in. Raises KeyError for a text that is not there."""

    def __init__(self, texts: Catalogue, directory: Directory, values: dict[str, str]) -> None:
        self._texts = texts
        self._directory = directory
        self._values = values

    def __call__(self, key: str, **values: object) -> str:
        """Return one text."""
        text = self._texts[key].text
        return fill(text, {**contact_values(self._directory, text), **self._values, **values})

    def paragraphs(self, key: str) -> list[str]:
        """Return a text split at its blank lines."""
        return bubbles(self(key))

    def choices(self, key: str) -> tuple[Button, ...]:
        """Return the titles and payloads that stand under ``key``."""
        return self._texts[key].buttons

    def group(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield last part and text of every key that starts with ``prefix``; the page itself fills in "{}"."""
        for name in self.keys(prefix):
            yield name, self(prefix + name, value="{}")

    def keys(self, prefix: str) -> list[str]:
        """Return the last part of every key that starts with ``prefix``, in the order of the file."""
        return [key.removeprefix(prefix) for key in self._texts.responses if key.startswith(prefix)]


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """Return a text as blocks in order: ("p", [line]) or ("ul", items); items are lines that start with "- "."""
    found: list[tuple[str, list[str]]] = []
    for bubble in bubbles(text):
        for line in bubble.splitlines():
            line = line.strip()
            if not line.startswith("- "):
                found.append(("p", [line]))
            elif found and found[-1][0] == "ul":
                found[-1][1].append(line[2:])
            else:
                found.append(("ul", [line[2:]]))
    return found


def dutch_day(day: str) -> str:
    """Return "2026-11-01" as "1 november 2026"."""
    year, month, number = day.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {year}"
