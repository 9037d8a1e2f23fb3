from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.domain.codes import codes


class DecisionForm(FlaskForm):
    """One decision. `state` is what the reviewer saw, so that nobody decides over somebody else's head."""

    state = HiddenField(validators=[InputRequired()])
    text = TextAreaField(_l("review.text"), [Length(max=500, message=_l("review.text_long"))], default="")
    reasons = SelectMultipleField(
        _l("review.reasons"), default=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chinese = str(get_locale()).startswith("zh")
        self.reasons.choices = [(row.code, row.zh if chinese else row.en) for row in codes("response_reason").values()]
