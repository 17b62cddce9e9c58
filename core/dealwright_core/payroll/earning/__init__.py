"""What is due for what was measured: curves, gates, quotas, lines, prizes and adjustments."""
