"""The command line. It prints help without loading a plugin or a database library."""
