"""How the site looks for the organisation that runs it: name, colours, logo, own contact, closing text.

One settings file: ``data/site/appearance.yml``, or the one that ``SIGNAALWIJZER_APPEARANCE`` points at.
"""

from colorsys import hls_to_rgb, rgb_to_hls
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from bot.directory.card import Card
from bot.directory.content import ContentError, Strict, Text, read_yaml, validate

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Https = Annotated[str, StringConstraints(pattern=r"^https?://")]

# WCAG 2.2, success criterion 1.4.3: text against its background.
READABLE = 4.5
COMFORTABLE = 7.0
# Bright colours tire the eye on a dark page.
MOST_SATURATION = 0.4
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}

# The fixed colours that the two configurable ones meet; the same values stand in static/base.css.
INK, PAPER, SURFACE = "#10302b", "#f8f5ee", "#ffffff"
NIGHT, NIGHT_SURFACE = "#0f1a18", "#182724"


class Colours(Strict):
    """``action`` is for buttons and links, ``accent`` for the name mark and the exit button, with dark text on it."""

    action: Colour = "#17594a"
    accent: Colour = "#f4b740"


class LocalContact(Strict):
    """A contact of the organisation's own, shown beside the national ones."""

    name: Text
    phone: Text | None = None
    url: Https | None = None
    hours: Text | None = None
    why: Text | None = None
    cost: Text | None = None
    anonymous: Text
    verified_on: date


class Appearance(Strict):
    """The settings file."""

    name: Text = "Signaalwijzer"
    organisation: Text | None = None
    municipality: Text | None = None
    site_url: Https | None = None
    exit_url: Https
    colours: Colours = Field(default_factory=Colours)
    logo: Text | None = None
    contact: LocalContact | None = None
    closing: Text | None = None


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb", 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lightened(colour: str, background: str) -> str:
    """Return ``colour`` in the same hue, just light enough to be read with ease on ``background``, which is dark."""
    hue, lightness, saturation = rgb_to_hls(*(int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)))
    for step in range(101):
        channels = hls_to_rgb(hue, lightness + (1 - lightness) * step / 100, min(saturation, MOST_SATURATION))
        mixed = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
        if contrast(mixed, background) >= COMFORTABLE:
            return mixed
    raise ValueError(f"{background} is not dark")


def contrast_faults(colours: Colours) -> list[str]:
    """Return, in Dutch, what is hard to read with ``colours``."""
    pairs = (
        ("action", colours.action, SURFACE, "witte tekst op een knop"),
        ("action", colours.action, PAPER, "een link op de pagina"),
        ("accent", colours.accent, INK, "donkere tekst op de knop ‘Sluit snel’"),
    )
    return [
        f"colours.{name}: {colour} geeft contrast {ratio:.1f} voor {use}; nodig is {READABLE}"
        for name, colour, other, use in pairs
        if (ratio := contrast(colour, other)) < READABLE
    ]


def load_appearance(path: Path) -> Appearance:
    """Read the settings file.

    Raises:
        ContentError: unreadable, not of this schema, colours with too little contrast, or no such logo.
    """
    appearance = validate(read_yaml(path) or {}, Appearance, path.name)
    faults = contrast_faults(appearance.colours)
    if appearance.logo:
        logo = path.parent / appearance.logo
        if logo.suffix not in LOGO_TYPES or not logo.is_file() or logo.resolve().parent != path.parent.resolve():
            faults.append(f"logo: {appearance.logo} moet een {', '.join(LOGO_TYPES)} naast dit bestand zijn")
    if faults:
        raise ContentError(f"{path.name}: {'; '.join(faults)}")
    return appearance


def stylesheet(colours: Colours) -> str:
    """Return the custom properties that the other stylesheets use, for light and dark."""
    dark = lightened(colours.action, NIGHT_SURFACE)
    return (
        f":root{{--action:{colours.action};--on-action:#fff;--accent:{colours.accent}}}\n"
        f"@media(prefers-color-scheme:dark){{:root{{--action:{dark};--on-action:{NIGHT}}}}}\n"
    )


def local_card(contact: LocalContact) -> Card:
    """Return the organisation's own contact as a card."""
    card: Card = {"id": "local", **contact.model_dump(mode="json", exclude_none=True)}  # type: ignore[typeddict-item]
    return card
