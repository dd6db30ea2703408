"""Tests of the package and the book, and the mutants that prove that they can fail."""
