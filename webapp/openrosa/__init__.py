"""The ODK side door: what ODK Collect and ODK Central's clients say and hear (ADR 0017)."""
