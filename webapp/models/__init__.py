"""One file per aggregate. Importing the package makes every table known."""

from webapp.models.account import Account, Grant
from webapp.models.area import Area, Boundary
from webapp.models.area_year import AreaYear
from webapp.models.campaign import Campaign, Phase
from webapp.models.capture import Blob, Capture, Finding, Photo
from webapp.models.conflict import Conflict, ConflictEvent
from webapp.models.device import Device, DeviceEvent, EnrolCode
from webapp.models.edit import HouseholdEdit
from webapp.models.family import ComparisonTitle, HelperLink, HouseholdYear, Measure, Member, MemberYear
from webapp.models.feed import Change, Feed, Op, Renumbered
from webapp.models.form import Form, FormVersion
from webapp.models.household import Household
from webapp.models.response import AppUser, Response, ResponseEvent, ResponseFile
from webapp.models.review import ReviewEvent

__all__ = [
    "Account", "AppUser", "Area", "AreaYear", "Blob", "Boundary", "Campaign", "Capture", "Change", "ComparisonTitle",
    "Conflict", "ConflictEvent", "Device", "DeviceEvent", "EnrolCode", "Feed", "Finding", "Form", "FormVersion", "Grant",
    "HelperLink", "Household", "HouseholdEdit", "HouseholdYear", "Measure", "Member", "MemberYear", "Op", "Phase", "Photo",
    "Renumbered", "Response", "ResponseEvent", "ResponseFile", "ReviewEvent",
]  # fmt: skip
