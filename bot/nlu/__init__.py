"""Our Rasa graph components: one component a file."""
