"""Posters, lesson and share card are made from what the pages say now."""

import json

from scripts.build_prints import PRINTS, fingerprints, prints


def test_prints_are_up_to_date() -> None:
    """When this fails: scripts/build_prints.py."""
    assert json.loads((PRINTS / "prints.json").read_text()) == fingerprints()


def test_every_print_is_there_as_paper_and_as_picture() -> None:
    for name in prints():
        assert (PRINTS / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        assert (PRINTS / f"{name}.webp").stat().st_size > 1000
    assert (PRINTS.parent / "share.png").stat().st_size < 150_000
