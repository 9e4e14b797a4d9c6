"""Readers, writers, the pipeline, verification and the command line."""
