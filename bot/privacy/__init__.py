"""Nothing that a visitor types is written anywhere, and nobody else is told."""
