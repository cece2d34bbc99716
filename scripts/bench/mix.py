"""The scripted mix of conversations: what visitors type (70 %) and the buttons they press (30 %)."""

from collections.abc import Iterator
from dataclasses import dataclass

# Of ten turns seven are typed: questions, a story told in pieces, small talk; three are buttons of the check.
TURNS: tuple[tuple[str, bool], ...] = (
    ("hoi", True),
    ("wat is een loverboy eigenlijk", True),
    ("kan ik iets melden zonder dat mijn naam ergens komt te staan", True),
    ('/faq{"topic": "hulp"}', False),
    ("mijn vriendin van 16 heeft ineens dure spullen en een oudere vriend", True),
    ("wat kost dat", True),
    ("/help_menu", False),
    ("ik werk zeven dagen per week en mijn baas heeft mijn paspoort, is dat uitbuiting", True),
    ("/start_check", False),
    ("waar kan ik veilig slapen vannacht", True),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One turn: a typed text, or the payload of a button."""

    value: str
    typed: bool


def steps() -> Iterator[Step]:
    """Yield turns without end."""
    while True:
        for value, typed in TURNS:
            yield Step(value, typed)
