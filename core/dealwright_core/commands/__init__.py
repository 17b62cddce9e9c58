"""Commands: what their signatures say, those that every record has, and those of the core's records."""
