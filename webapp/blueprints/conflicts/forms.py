from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.domain.codes import codes


class DecideForm(FlaskForm):
    """Why. What is chosen comes beside it: one choice per field (`choice-<id>`), or one for the case (`choice`)."""

    text = TextAreaField(_l("conflicts.text"), [Length(max=500, message=_l("conflicts.text_long"))], default="")
    reasons = SelectMultipleField(
        _l("conflicts.reasons"), default=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chinese = str(get_locale()).startswith("zh")
        self.reasons.choices = [(row.code, row.zh if chinese else row.en) for row in codes("decision_reason").values()]
