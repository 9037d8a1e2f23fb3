"""What a capture means for its household, and for the figures of coverage."""


def location_state(capture_state: str | None, has_point: bool) -> str:
    """The state of a household by its current capture: missing, returned, excepted, uploaded or accepted."""
    if capture_state is None:
        return "missing"
    if capture_state == "returned":
        return "returned"
    if not has_point:
        return "excepted"
    return "accepted" if capture_state == "accepted" else "uploaded"
