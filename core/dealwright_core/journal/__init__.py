"""The append-only journal: what happened to every record, by whom, in a chain that shows tampering."""
