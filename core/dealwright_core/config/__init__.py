"""The deployment's configuration: a TOML file, what the environment overrides in it, and what is wrong."""
