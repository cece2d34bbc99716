"""The parts of a reply."""

from bot.guidance.reply import listed


def test_lines_become_a_list() -> None:
    assert listed(["een", "twee"]) == "- een\n- twee"
    assert listed(()) == ""
