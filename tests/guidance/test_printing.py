"""The decision table on paper is the one in the code."""

import subprocess
import sys

from bot.directory.store import Directory
from bot.guidance.printing import conditions, table
from bot.guidance.referral import TABLE
from bot.settings import ROOT


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "verwijzen.md").read_text(encoding="utf-8")
    assert page == table(Directory.from_files()), "run: python -m bot.guidance.printing > docs/verwijzen.md"


def test_the_command_prints_the_page() -> None:
    command = [sys.executable, "-m", "bot.guidance.printing"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    assert printed == table(Directory.from_files())


def test_every_row_stands_on_the_page_with_its_conditions() -> None:
    lines = table(Directory.from_files()).splitlines()
    for number, row in enumerate(TABLE, start=1):
        line = next(line for line in lines if line.startswith(f"| {number} |"))
        assert row.name in line
        assert conditions(row) in line
