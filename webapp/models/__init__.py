"""One file per aggregate. Importing the package makes every table known."""

from webapp.models.account import Account, Device, Grant
from webapp.models.area import Area, Boundary
from webapp.models.campaign import Campaign, Phase
from webapp.models.capture import Blob, Capture, Finding, Photo
from webapp.models.conflict import Conflict, ConflictEvent
from webapp.models.edit import HouseholdEdit
from webapp.models.feed import Change, Feed, Op
from webapp.models.household import Household
from webapp.models.review import ReviewEvent

__all__ = [
    "Account", "Area", "Blob", "Boundary", "Campaign", "Capture", "Change", "Conflict", "ConflictEvent", "Device", "Feed",
    "Finding", "Grant", "Household", "HouseholdEdit", "Op", "Phase", "Photo", "ReviewEvent",
]  # fmt: skip
