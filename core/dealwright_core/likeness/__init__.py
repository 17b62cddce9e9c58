"""Records that are probably the same twice: how they are found alike, listed and merged."""
