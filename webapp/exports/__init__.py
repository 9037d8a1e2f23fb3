"""Rows → bytes, one file per format."""
