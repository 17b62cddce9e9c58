"""What is said of pay: statements, traces, tables, disputes, and runs as they are shown."""
