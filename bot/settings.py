"""Every setting of the assistant, read from the environment; the defaults run on one machine."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "data" / "content"
RESPONSES = ROOT / "data" / "responses"
PATTERNS = ROOT / "data" / "patterns"


class Settings(BaseSettings):
    """Settings with the prefix ``SIGNAALWIJZER_``; a wrong value stops the start with a clear message.

    Durations are in seconds, sizes in characters (text) or bytes (body).
    """

    model_config = SettingsConfigDict(env_prefix="SIGNAALWIJZER_", frozen=True)

    database_url: str = f"sqlite:///{ROOT / 'var' / 'signaalwijzer.db'}"
    model_dir: Path = ROOT / "models"

    # Sessions
    idle_seconds: int = Field(default=30 * 60, ge=1)
    lifetime_seconds: int = Field(default=4 * 60 * 60, ge=1)
    sweep_seconds: int = Field(default=60, ge=1)

    # One turn
    turn_timeout: float = Field(default=10.0, gt=0)
    max_text: int = Field(default=1000, ge=1)
    max_body: int = Field(default=8 * 1024, ge=64)

    # Who may show the chat in a frame: origins, separated by spaces; empty means nobody else.
    frame_ancestors: str = ""


@lru_cache
def settings() -> Settings:
    """Return the settings of this process; read once."""
    return Settings()
