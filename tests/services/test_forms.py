"""Questionnaires: drafts come and go, what is published stays."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.imports import form_source, xlsform
from webapp.models import Change, Form, FormVersion
from webapp.queries import forms as reading
from webapp.services import forms

SOURCE = form_source.workbook("group_info")
GROUP = replace(xlsform.convert(SOURCE), form_id="trial", version="1")


@pytest.fixture
def keep(session):
    origin = forms.Origin(SOURCE, "a.xlsx", None, 2018)
    return lambda **changes: forms.keep(session, replace(GROUP, **changes), origin, now())


@pytest.fixture
def publish(session, keep):
    def published(**changes) -> FormVersion:
        row = keep(**changes)
        return forms.publish(session, row.form_id, row.version, now())

    return published


def test_a_draft_is_replaced_by_the_same_version_and_keeps_its_workbook(session, keep):
    keep(title="甲")
    row = keep(title="乙")
    assert [version.title for version in session.scalars(select(FormVersion))] == ["乙"]
    assert (row.state, row.source, row.attachments) == ("draft", SOURCE, GROUP.attachments)


@pytest.mark.parametrize("then", ["publish", "close"])
def test_what_is_published_is_never_written_again(session, keep, publish, then):
    publish()
    if then == "close":
        forms.close(session, "trial", "1")
    with pytest.raises(Problem, match="form_version_used"):
        keep(title="换")
    for refused in (forms.publish, lambda *key: forms.discard(*key[:3])):
        with pytest.raises(Problem, match="form_not_draft"):
            refused(session, "trial", "1", now())
    assert session.get(FormVersion, ("trial", "1")).title == GROUP.title


def test_one_form_id_asks_about_one_kind_of_thing(keep):
    keep()
    with pytest.raises(Problem, match="form_other_subject"):
        keep(version="2", subject="household")


def test_the_version_published_last_is_filled_in_and_a_closed_one_is_not(session, publish):
    publish()
    publish(version="2")
    assert [row.version for row in reading.published(session, 2018)] == ["2"]
    forms.close(session, "trial", "2")
    assert [row.version for row in reading.published(session, 2018)] == ["1"]
    assert reading.version(session, "trial", "2").state == "closed"


def test_phones_are_told_of_every_step(session, publish):
    row = publish()
    form = session.get(Form, row.form_id)
    told = select(Change.rev).where(Change.kind == "form", Change.entity_id == form.uuid)
    before = session.scalar(told)
    forms.close(session, "trial", "1")
    assert (before, session.scalar(told)) == (2, 3)


def test_a_draft_thrown_away_leaves_nothing(session, keep):
    keep()
    forms.discard(session, "trial", "1")
    assert (session.get(Form, "trial"), session.get(FormVersion, ("trial", "1"))) == (None, None)


def test_the_shipped_forms_are_laid_once_for_each_campaign(session):
    laid = forms.lay_shipped(session, 2018, now())
    assert {row.form_id for row in laid} == set(form_source.names())
    assert {row.version for row in reading.published(session, 2018)} == {"2018.1"}
    assert forms.lay_shipped(session, 2018, now()) == []
