"""The engine takes turns of several visitors at once, each as if it were alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.chat.engine import ActionFailed, Engine
from bot.chat.model import newest_model

SAID = (
    "hallo",
    "wat is een loverboy",
    "hij slaat me nu. ik zit op de wc. hij staat voor de deur",
    "Mijn baas heeft mijn paspoort en ik slaap in de loods.",
    "ik ben een meisje van 16 uit Zwolle",
    "nee",
    "how can i get help",
    "de trein van tien uur naar Utrecht",
)


@pytest.fixture(scope="module")
def engine(model: Path) -> Engine:
    return Engine(newest_model(model))


def test_threads_do_not_disturb_each_other(engine: Engine) -> None:
    def answered(text: str) -> tuple[Any, Any]:
        parsed = engine.understand(text)
        return parsed, engine.turn({}, parsed).slots

    alone = [answered(text) for text in SAID]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(answered, SAID * 10))
    assert together == alone * 10


def test_an_action_may_not_wait(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting:
        def __await__(self) -> Any:
            yield

    async def run(call: dict[str, Any]) -> None:
        await Waiting()

    monkeypatch.setattr(engine._actions, "run", run)
    with pytest.raises(ActionFailed):
        engine.turn({}, engine.understand("hallo"))
