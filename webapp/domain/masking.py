"""How much of a person is shown where (masking.csv: a name in a list is its first character only)."""


def name(full: str) -> str:
    """张三丰 → 张*; enough to tell the right row, too little to spread."""
    return f"{full[:1]}*"
