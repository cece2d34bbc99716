"""How well the assistant understands, measured on the path that visitors' messages take."""
