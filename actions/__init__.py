"""Custom actions: thin; each asks ``bot.guidance`` and says what it decides."""
