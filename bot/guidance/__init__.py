"""What to say and whom to point to: pure decisions, without Rasa, without wording, without a clock of its own."""
