"""One file per aggregate. Importing the package makes every table known."""

from webapp.models.account import Account, Grant
from webapp.models.area import Area, Boundary
from webapp.models.campaign import Campaign, Phase
from webapp.models.capture import Blob, Capture, Finding, Photo
from webapp.models.conflict import Conflict, ConflictEvent
from webapp.models.device import Device, DeviceEvent, EnrolCode
from webapp.models.edit import HouseholdEdit
from webapp.models.feed import Change, Feed, Op, Renumbered
from webapp.models.household import Household
from webapp.models.review import ReviewEvent

__all__ = [
    "Account", "Area", "Blob", "Boundary", "Campaign", "Capture", "Change", "Conflict", "ConflictEvent", "Device", "DeviceEvent",
    "EnrolCode", "Feed", "Finding", "Grant", "Household", "HouseholdEdit", "Op", "Phase", "Photo", "Renumbered", "ReviewEvent",
]  # fmt: skip
