"""Numbers for monitoring in the text format of Prometheus."""

from bot.stats.metrics import Metrics


def test_answers_and_durations() -> None:
    metrics = Metrics()
    for status, seconds in ((200, 0.004), (200, 0.02), (503, 9.0)):
        metrics.observe(status, seconds)
    lines = metrics.exposition().splitlines()
    assert 'signaalwijzer_answers_total{status="200"} 2' in lines
    assert 'signaalwijzer_answers_total{status="503"} 1' in lines
    assert 'signaalwijzer_answer_seconds_bucket{le="0.01"} 1' in lines
    assert 'signaalwijzer_answer_seconds_bucket{le="0.025"} 2' in lines
    assert 'signaalwijzer_answer_seconds_bucket{le="5.0"} 2' in lines
    assert 'signaalwijzer_answer_seconds_bucket{le="+Inf"} 3' in lines
    assert "signaalwijzer_answer_seconds_count 3" in lines
