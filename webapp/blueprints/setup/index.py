from flask import render_template

from webapp.blueprints.setup import bp
from webapp.blueprints.shell.access import needs

#: Card by card: the ability that shows it, where it leads, its words in the catalogue.
CARDS = (
    ("setup.accounts", "/setup/accounts", "accounts"),
    ("setup.devices", "/setup/devices", "devices"),
    ("campaign.edit", "/setup/campaign", "campaign"),
    ("register.import", "/setup/register", "register"),
    ("form.edit", "/setup/forms", "forms"),
    ("rescue.import", "/setup/rescue", "rescue"),
    ("coverage.read", "/coverage/households", "households"),
)


@bp.get("", strict_slashes=False)
@needs("campaign.edit")
def index():
    return render_template("setup/index.html", cards=CARDS)
