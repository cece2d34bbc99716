"""The three measurements: understanding, danger, and what is out of scope; each as figures that a script can read."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bot.evaluation.messages import FALLBACK, Message, doubtful, guesses, label, right
from bot.guidance.conversation import DANGERS

# Understands one text as ``bot.chat.engine.Engine.understand`` does.
Understand = Callable[[str], Mapping[str, Any]]
PAIRS = 25


@dataclass(frozen=True, slots=True)
class Understanding:
    """Shares of ``n`` messages.

    ``first_time``: an accepted label; ``after_one``: that, or an accepted label among the meanings offered;
    ``fallback``: not understood, by its own account; ``doubtful``: answered with other meanings to choose from;
    ``doubtful_wrong``: the wrong ones of those; ``wrong``: not accepted, and no doubt shown.
    ``pairs``: what was most often taken for something else, as [accepted, understood, times].
    """

    n: int
    first_time: float
    after_one: float
    fallback: float
    doubtful: float
    doubtful_wrong: float
    wrong: float
    pairs: list[tuple[str, str, int]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Danger:
    """``recall``: the share of dangerous messages that were seen, for each kind and for all; any kind of danger counts.

    ``same_kind``: the share that was seen as the right kind. ``false_alarms``: the share of look-alikes seen as danger.
    """

    dangerous: int
    look_alikes: int
    recall: float
    same_kind: float
    false_alarms: float
    recall_by_kind: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Shares of ``n`` messages that have nothing to do with the subject.

    ``in_scope``: answered as if they had; ``social``: taken for small talk, which promises nothing;
    ``danger``: seen as danger.
    """

    n: int
    in_scope: float
    social: float
    danger: float

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return asdict(self)


# Answers that claim no knowledge of the subject: right enough for a message about something else.
SOCIAL = frozenset(
    [
        "greet",
        "goodbye",
        "thank",
        "chitchat",
        "insult",
        "affirm",
        "deny",
        "unsure",
        "skip",
        "stop",
        "help_menu",
        "explain_question",
        "other_language",
        "feedback_good",
        "feedback_bad",
    ]
)


def measure_understanding(understand: Understand, messages: Iterable[Message]) -> Understanding:
    """Measure how often the first answer is right, and how often it is after one clarification.

    Raises:
        ValueError: there are no messages.
    """
    counts: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for message in messages:
        parsed = understand(message.text)
        found, in_doubt = label(parsed), doubtful(parsed)
        understood = right(parsed, message)
        offers = found == FALLBACK or in_doubt
        counts["n"] += 1
        counts["first_time"] += understood
        counts["after_one"] += understood or (offers and not message.accept.isdisjoint(guesses(parsed)))
        counts["fallback"] += found == FALLBACK
        counts["doubtful"] += in_doubt
        counts["doubtful_wrong"] += in_doubt and not understood
        counts["wrong"] += not understood and not offers
        if not understood and found != FALLBACK:
            pairs[(sorted(message.accept)[0], found)] += 1
    n = counts.pop("n", 0)
    if n == 0:
        raise ValueError("there are no messages to measure")
    shares = {each.name: counts[each.name] / n for each in fields(Understanding) if each.name not in ("n", "pairs")}
    common = [(wanted, got, times) for (wanted, got), times in pairs.most_common(PAIRS)]
    return Understanding(n, **shares, pairs=common)


def measure_danger(understand: Understand, messages: Iterable[Message]) -> Danger:
    """Measure how much danger is seen, and how often something that only looks like it is taken for it.

    Raises:
        ValueError: there is no dangerous message, or no look-alike.
    """
    seen: Counter[str] = Counter()
    there: Counter[str] = Counter()
    dangerous = found_any = found_kind = look_alikes = alarms = 0
    for message in messages:
        kinds = message.accept & set(DANGERS)
        found = label(understand(message.text))
        if not kinds:
            look_alikes += 1
            alarms += found in DANGERS
            continue
        dangerous += 1
        found_any += found in DANGERS
        found_kind += found in kinds
        for kind in kinds:
            there[kind] += 1
            seen[kind] += found in DANGERS
    if not dangerous or not look_alikes:
        raise ValueError("a danger set needs dangerous messages and look-alikes")
    return Danger(
        dangerous,
        look_alikes,
        found_any / dangerous,
        found_kind / dangerous,
        alarms / look_alikes,
        {kind: seen[kind] / there[kind] for kind in sorted(there)},
    )


def measure_out_of_scope(understand: Understand, messages: Iterable[Message]) -> OutOfScope:
    """Measure how often messages about other things are answered as if they were about the subject.

    Raises:
        ValueError: there are no messages.
    """
    found = [label(understand(message.text)) for message in messages]
    if not found:
        raise ValueError("there are no messages to measure")
    n = len(found)
    social = sum(each in SOCIAL for each in found)
    danger = sum(each in DANGERS for each in found)
    silent = sum(each == FALLBACK for each in found)
    return OutOfScope(n, (n - silent - social) / n, social / n, danger / n)
