"""Measurements of the bars. `python -m bench [phone …]`, or `make bench ONLY=phone`.

Each module has `run() -> list[row]`, a row being {"name", "value", "unit", "bar", "ok"}; `bar` and `ok` are
null for a figure that only explains.
"""
