"""The code that the book runs on: one module for each idea, imported by name."""

__version__ = "0.1.0"
