"""Hetu 河图: doorstep capture and coverage for household registers."""


def create_app(overrides: dict | None = None):
    """One app for one database. `overrides` wins over the environment."""
    from webapp import app  # here: the process that reads a stranger's workbook starts without the web, in a tenth of the time

    return app.create_app(overrides)
