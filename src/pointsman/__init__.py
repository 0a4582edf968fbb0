"""Pointsman: train, prove and serve the small models that decide where a request goes."""

__version__ = "0.1.0"
