"""What the tests of a plugin need: conformance suites and databases to run them on."""
