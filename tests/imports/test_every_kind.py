"""The form with every kind of question, which the phone's tests read, is what its XLSForm converts to."""

from pathlib import Path

from pyxform.xls2xform import convert

CASES = Path(__file__).parents[1] / "cases" / "forms"


def test_the_kept_xform_is_what_its_source_converts_to():
    made = convert(str(CASES / "every_kind.md"), validate=False, pretty_print=True, file_type=".md")
    assert made.xform == (CASES / "every_kind.xml").read_text(encoding="utf-8")
