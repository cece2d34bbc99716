"""One turn of the conversation: from the HTTP contract to the engine and back."""
