"""The bench trains on a share of the messages: an even one of every label, and the same for both systems."""

from pathlib import Path

from rasa.shared.nlu.training_data.loading import load_data

from scripts.bench.systems import thin


def training_data(folder: Path) -> None:
    for label, count in (("greet", 10), ("faq/hulp", 5), ("thank", 1)):
        lines = "".join(f"    - {label} {number}\n" for number in range(count))
        (folder / f"{label.replace('/', '_')}.yml").write_text(
            f'version: "3.1"\nnlu:\n- intent: {label}\n  examples: |\n{lines}', encoding="utf-8"
        )


def labels(folder: Path) -> list[str]:
    return sorted(message.get_full_intent() for message in load_data(str(folder)).training_examples)


def test_every_label_keeps_its_share(tmp_path: Path) -> None:
    training_data(tmp_path)
    thin(tmp_path, 4)
    assert labels(tmp_path) == ["faq/hulp", "faq/hulp", "greet", "greet", "greet", "thank"]


def test_one_in_one_changes_nothing(tmp_path: Path) -> None:
    training_data(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    thin(tmp_path, 1)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
