"""The command line: one file a verb, thin: parse, call a step, print."""
