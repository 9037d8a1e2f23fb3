"""The tables of a questionnaire: one of its responses, one of each repeat; what OData calls them and of what they are made."""

from xml.sax.saxutils import quoteattr

from webapp.domain.problems import not_found
from webapp.openrosa.outline import ODATA_TYPES, Field

NAMESPACE = "org.opendatakit.user"


def repeats(root: Field) -> list[Field]:
    return [field for field in root.walk() if field.kind == "repeat"]


def path_of(root: Field, field: Field) -> tuple[str, ...]:
    """Below the root."""
    return tuple(field.path.removeprefix(f"{root.path}/").split("/"))


def names(root: Field) -> list[str]:
    return ["Submissions", *("Submissions." + ".".join(path_of(root, field)) for field in repeats(root))]


def repeat(root: Field, table: str) -> Field:
    """Raises not_found."""
    found = next((field for field in repeats(root) if table == "Submissions." + ".".join(path_of(root, field))), None)
    if found is None:
        raise not_found()
    return found


def metadata(form_id: str, root: Field) -> str:
    """CSDL of OData 4."""
    space = f"{NAMESPACE}.{form_id}"
    tables = [("Submissions", root, '<Property Name="__system" Type="org.opendatakit.submission.metadata"/>')]
    tables += [(name, repeat(root, name), '<Property Name="__Submissions-id" Type="Edm.String"/>') for name in names(root)[1:]]
    types = "".join(_entity(name, field, space, extra) for name, field, extra in tables)
    groups = "".join(_complex(field, root, space) for field in root.walk() if field.kind == "group" and field is not root)
    sets = "".join(f'<EntitySet Name="{name}" EntityType="{space}.{name}"/>' for name, _, _ in tables)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">'
        f"<edmx:DataServices>{_SYSTEM}"
        f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace={quoteattr(space)}>{types}{groups}'
        f"<EntityContainer Name={quoteattr(form_id)}>{sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"
    )


_SYSTEM = (
    '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="org.opendatakit.submission">'
    '<ComplexType Name="metadata"><Property Name="submissionDate" Type="Edm.DateTimeOffset"/>'
    '<Property Name="updatedAt" Type="Edm.DateTimeOffset"/><Property Name="deletedAt" Type="Edm.DateTimeOffset"/>'
    '<Property Name="submitterId" Type="Edm.String"/><Property Name="submitterName" Type="Edm.String"/>'
    '<Property Name="attachmentsPresent" Type="Edm.Int64"/><Property Name="attachmentsExpected" Type="Edm.Int64"/>'
    '<Property Name="status" Type="Edm.String"/><Property Name="reviewState" Type="Edm.String"/>'
    '<Property Name="deviceId" Type="Edm.String"/><Property Name="edits" Type="Edm.Int64"/>'
    '<Property Name="formVersion" Type="Edm.String"/></ComplexType></Schema>'
)  # fmt: skip


def _entity(name: str, field: Field, space: str, extra: str) -> str:
    key = '<Key><PropertyRef Name="__id"/></Key><Property Name="__id" Type="Edm.String"/>'
    return f"<EntityType Name={quoteattr(name)}>{key}{extra}{_properties(field, space)}</EntityType>"


def _complex(field: Field, root: Field, space: str) -> str:
    return f"<ComplexType Name={quoteattr('.'.join(path_of(root, field)))}>{_properties(field, space)}</ComplexType>"


def _properties(field: Field, space: str) -> str:
    return "".join(_property(below, space) for below in field.fields)


def _property(field: Field, space: str) -> str:
    dotted = ".".join(field.path.split("/")[2:])
    if field.kind == "repeat":
        return f'<NavigationProperty Name={quoteattr(field.name)} Type="Collection({space}.Submissions.{dotted})"/>'
    kind = f"{space}.{dotted}" if field.kind == "group" else ODATA_TYPES.get(field.kind, "Edm.String")
    return f"<Property Name={quoteattr(field.name)} Type={quoteattr(kind)}/>"
