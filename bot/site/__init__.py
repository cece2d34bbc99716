"""What a browser gets: pages, styles and scripts, all from our own origin."""
