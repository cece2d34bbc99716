"""Every setting of the assistant, read from the environment; the defaults run on one machine."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "data" / "content"
RESPONSES = ROOT / "data" / "responses"
PATTERNS = ROOT / "data" / "patterns"
ENCODER = ROOT / "models" / "encoder"


class Settings(BaseSettings):
    """Settings with the prefix ``SIGNAALWIJZER_``; a wrong value stops the start with a clear message.

    Durations are in seconds, sizes in characters (text) or bytes (body).
    """

    model_config = SettingsConfigDict(env_prefix="SIGNAALWIJZER_", frozen=True)

    database_url: str = f"sqlite:///{ROOT / 'var' / 'signaalwijzer.db'}"
    model_dir: Path = ROOT / "models"

    # Sessions: visitors are told half an hour, four hours and a minute; shorter is allowed, longer is not.
    idle_seconds: int = Field(default=30 * 60, ge=1, le=30 * 60)
    lifetime_seconds: int = Field(default=4 * 60 * 60, ge=1, le=4 * 60 * 60)
    sweep_seconds: int = Field(default=60, ge=1, le=60)

    # One turn
    turn_timeout: float = Field(default=4.5, gt=0)
    max_text: int = Field(default=1000, ge=1)
    max_body: int = Field(default=8 * 1024, ge=64)

    # Limits, in messages a minute; a load test or an evaluation raises them.
    limit_network: int = Field(default=1200, ge=1)
    limit_conversation: int = Field(default=30, ge=1)
    limit_server: int = Field(default=6000, ge=1)
    # The header in which our own proxy hands over the visitor's address, perhaps cut to its network; empty: no proxy.
    address_header: str = ""

    # Slow clients: the time for a whole request, and for an answer that is not read.
    request_seconds: float = Field(default=10.0, gt=0)
    answer_seconds: float = Field(default=20.0, gt=0)

    # Anonymous counters: on or off, and how often they go from memory to the database.
    statistics: bool = True
    statistics_seconds: int = Field(default=15 * 60, ge=1)

    # How the site looks for the organisation that runs it (bot/site/appearance.py).
    appearance: Path = ROOT / "data" / "site" / "appearance.yml"

    # Who may show the chat in a frame: origins, separated by spaces; empty means nobody else.
    frame_ancestors: str = ""


@lru_cache
def settings() -> Settings:
    """Return the settings of this process; read once."""
    return Settings()
