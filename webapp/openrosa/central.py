"""Things of ours in the words of ODK Central: what its clients find under each name."""

from datetime import datetime
from typing import Any

from webapp.models import Account, AppUser, Campaign, FormVersion, Response, ResponseEvent
from webapp.openrosa.reading import Opened
from webapp.queries.entities import Entity
from webapp.queries.odk_responses import Row, actor

NOBODY = 0


def moment(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z" if at else None


def person(account: Account) -> dict[str, Any]:
    return {
        "id": actor(account.id), "type": "user", "displayName": account.name, "email": account.username,
        "createdAt": moment(account.created_at), "updatedAt": None, "deletedAt": None,
    }  # fmt: skip


def session(key: AppUser, token: str) -> dict[str, Any]:
    """No cookie comes with it, so there is nothing for `csrf` to protect."""
    return {"token": token, "csrf": "", "expiresAt": moment(key.expires_at), "createdAt": moment(key.created_at)}


def project(campaign: Campaign, forms: list[FormVersion]) -> dict[str, Any]:
    """A campaign; its number is the year."""
    first = min((form.created_at for form in forms), default=datetime(campaign.year, 1, 1))  # noqa: DTZ001
    return {
        "id": campaign.year, "name": campaign.name, "description": None, "archived": not campaign.active, "keyId": None,
        "createdAt": moment(first), "updatedAt": None, "deletedAt": None, "forms": len(forms),
    }  # fmt: skip


def form(version: FormVersion) -> dict[str, Any]:
    return {
        "projectId": version.year, "xmlFormId": version.form_id, "name": version.title, "version": version.version,
        "hash": version.xml_md5, "state": "closed" if version.state == "closed" else "open", "enketoId": None, "keyId": None,
        "createdAt": moment(version.created_at), "updatedAt": None, "publishedAt": moment(version.published_at),
    }  # fmt: skip


def response(row: Row) -> dict[str, Any]:
    return {
        "instanceId": f"uuid:{row.id}", "submitterId": actor(row.account_id), "createdAt": moment(row.created_at),
        "deviceId": str(row.device_id) if row.device_id else None, "reviewState": row.review_state, "userAgent": None,
        "instanceName": None, "updatedAt": moment(row.updated_at),
        "currentVersion": {"instanceId": f"uuid:{row.version_id}", "current": True, "formVersion": row.form_version},
    }  # fmt: skip


def version(row: Response) -> dict[str, Any]:
    return {
        "instanceId": f"uuid:{row.id}", "submitterId": actor(row.account_id), "createdAt": moment(row.received_at),
        "deviceId": str(row.device_id) if row.device_id else None, "current": row.newest, "formVersion": row.version,
        "userAgent": None, "instanceName": None,
    }  # fmt: skip


def system(one: Opened) -> dict[str, Any]:
    row, present = one.row, sum(file.sha256 is not None for file in one.files)
    return {
        "submissionDate": moment(row.created_at), "updatedAt": moment(row.updated_at), "deletedAt": None,
        "submitterId": str(actor(row.account_id)), "submitterName": row.submitter, "attachmentsPresent": present,
        "attachmentsExpected": len(one.files), "status": None if present == len(one.files) else "missingAttachment",
        "reviewState": row.review_state, "deviceId": str(row.device_id) if row.device_id else None, "edits": row.edits,
        "formVersion": row.form_version,
    }  # fmt: skip


def comment(event: ResponseEvent) -> dict[str, Any]:
    return {"body": event.text, "actorId": actor(event.account_id), "createdAt": moment(event.at)}


def dataset(name: str, year: int, created_at: datetime, columns: tuple[str, ...]) -> dict[str, Any]:
    return {
        "name": name, "projectId": year, "createdAt": moment(created_at), "approvalRequired": False,
        "properties": [_property(column, created_at) for column in columns],
    }  # fmt: skip


def entity(one: Entity) -> dict[str, Any]:
    """Made here and changed only by accepted responses: nobody of Central's made it."""
    version = {
        "label": one.label, "current": True, "createdAt": moment(one.updated_at), "creatorId": NOBODY, "userAgent": "hetu",
        "version": one.rev, "baseVersion": None, "conflictingProperties": None, "data": one.values,
    }  # fmt: skip
    return {
        "uuid": str(one.id), "creatorId": NOBODY, "createdAt": moment(one.created_at), "updatedAt": moment(one.updated_at),
        "deletedAt": None, "conflict": None, "currentVersion": version,
    }  # fmt: skip


def entity_row(one: Entity) -> dict[str, Any]:
    """As a table has it."""
    told = {
        "createdAt": moment(one.created_at),
        "updatedAt": moment(one.updated_at),
        "version": one.rev,
        "creatorId": str(NOBODY),
    }
    return {"__id": str(one.id), "label": one.label, "__system": told | {"conflict": None}} | one.values


def _property(name: str, created_at: datetime) -> dict[str, Any]:
    return {"name": name, "odataName": name, "publishedAt": moment(created_at), "forms": []}
