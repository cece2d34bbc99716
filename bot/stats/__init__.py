"""Anonymous counters: a closed list of events for each week, and the report on them. Nothing is kept of one visitor."""
