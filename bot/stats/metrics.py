"""Numbers for monitoring, in the text format of Prometheus: how many answers, how fast. No text, no visitors."""

from bisect import bisect_left
from collections import Counter

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Counts the answers of this process since it started."""

    def __init__(self) -> None:
        self._answers: Counter[int] = Counter()
        self._durations = [0] * (len(_BUCKETS) + 1)
        self._seconds = 0.0

    def observe(self, status: int, seconds: float) -> None:
        """Count an answer with HTTP ``status`` that took ``seconds``."""
        self._answers[status] += 1
        self._durations[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds += seconds

    def exposition(self) -> str:
        """Return everything in the text format of Prometheus."""
        lines = ["# TYPE signaalwijzer_answers_total counter"]
        lines += [
            f'signaalwijzer_answers_total{{status="{status}"}} {n}' for status, n in sorted(self._answers.items())
        ]
        lines.append("# TYPE signaalwijzer_answer_seconds histogram")
        below = 0
        for bound, number in zip([*map(str, _BUCKETS), "+Inf"], self._durations, strict=True):
            below += number
            lines.append(f'signaalwijzer_answer_seconds_bucket{{le="{bound}"}} {below}')
        lines.append(f"signaalwijzer_answer_seconds_sum {self._seconds:.3f}")
        lines.append(f"signaalwijzer_answer_seconds_count {below}")
        return "\n".join(lines) + "\n"
