"""Bytes → rows. One file per format."""
