from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FloatField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from webapp.domain.access import ROLES, UNITS
from webapp.domain.income import TRANSFER_PARTS
from webapp.domain.thresholds import DEFAULTS
from webapp.models import Campaign

PHASES = range(1, 10)


class GrantForm(FlaskForm):
    """A role in an area. The areas to choose from are those of the person asking."""

    role = SelectField(_l("setup.grant.role"), [InputRequired(_l("setup.grant.role_missing"))])
    area = SelectField(_l("setup.grant.area"), [InputRequired(_l("setup.grant.area_missing"))])
    unit = SelectField(_l("setup.grant.unit"), default="")

    def __init__(self, areas: list[tuple[str, str]], **kwargs):
        super().__init__(**kwargs)
        self.role.choices = [("", _l("setup.choose")), *((role, gettext(f"setup.role.{role}")) for role in ROLES)]
        self.area.choices = [("", _l("setup.choose")), *areas]
        self.unit.choices = [("", _l("setup.grant.no_unit")), *((unit, gettext(f"setup.unit.{unit}")) for unit in UNITS)]


class NameForm(FlaskForm):
    name = StringField(
        _l("setup.account.name"),
        [InputRequired(_l("setup.account.name_missing")), Length(max=60, message=_l("setup.account.name_long"))],
    )


class NewAccountForm(GrantForm, NameForm):
    username = StringField(
        _l("setup.account.username"),
        [
            InputRequired(_l("setup.account.username_missing")),
            Regexp(r"\A[A-Za-z0-9][A-Za-z0-9._-]{2,39}\Z", message=_l("setup.account.username_shape")),
        ],
    )


class AppUserForm(FlaskForm):
    label = StringField(
        _l("setup.app_user.label"),
        [InputRequired(_l("setup.app_user.label_missing")), Length(max=60, message=_l("setup.app_user.label_long"))],
    )


class SureForm(FlaskForm):
    """Filled only by the second of two questions."""

    sure = HiddenField()


class Day(DateField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("setup.plan.day_missing")) from None


class Figure(FloatField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("setup.plan.number_missing")) from None


class PlanForm(FlaskForm):
    """The year: its name, first and last day of each phase, limits, what counts as income. One field per figure, so that each
    can be told its fault."""

    rev = IntegerField(validators=[InputRequired()])
    name = StringField(_l("setup.plan.name"), [InputRequired(_l("setup.plan.name_missing")), Length(max=80)])

    def phases(self) -> list[tuple]:
        return [(self[f"start_{no}"].data, self[f"end_{no}"].data) for no in PHASES]

    def thresholds(self) -> dict[str, float]:
        return {name: self[name].data for name in DEFAULTS}

    def income_parts(self) -> list[str]:
        return [name for name in TRANSFER_PARTS if self[f"counts_{name}"].data]

    def blame(self, faults: dict[str, str]) -> None:
        """Put each fault at its field."""
        for name, fault in faults.items():
            self[name].errors = [gettext(f"setup.plan.{fault}")]


for _no in PHASES:
    for _side in ("start", "end"):
        _asked = Day(_l(f"setup.plan.{_side}"), [InputRequired(_l("setup.plan.day_missing"))])
        setattr(PlanForm, f"{_side}_{_no}", _asked)
for _name in DEFAULTS:
    setattr(PlanForm, _name, Figure(_l(f"setup.limit.{_name}"), [InputRequired(_l("setup.plan.number_missing"))]))

for _name in TRANSFER_PARTS:
    setattr(PlanForm, f"counts_{_name}", BooleanField(_l(f"setup.counts.{_name}")))


def plan_of(campaign: Campaign) -> dict:
    """What the form shows at first."""
    days = {f"{side}_{phase.no}": getattr(phase, side) for phase in campaign.phases for side in ("start", "end")}
    counts = {f"counts_{name}": name in campaign.income_parts for name in TRANSFER_PARTS}
    return {"rev": campaign.rev, "name": campaign.name} | days | counts | DEFAULTS | campaign.thresholds


def phase_titles(campaign: Campaign) -> dict[int, str]:
    chinese = str(get_locale()).startswith("zh")
    return {phase.no: phase.title_zh if chinese else phase.title_en for phase in campaign.phases}
