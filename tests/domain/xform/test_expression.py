"""XPath as the phone's engine has it. What both make of random answers: tests/browser/test_form_engines.py."""

from datetime import UTC, datetime

import pytest

from webapp.domain.xform.context import Context, Run
from webapp.domain.xform.expression import Syntax, compiled
from webapp.domain.xform.nodes import read
from webapp.domain.xform.values import text

DOCUMENT = "<data><a h:mark='m'>x y</a><b>3</b><none/><m><n>1</n></m><m><n/></m><m><n>10</n></m><born>2018-10-09</born></data>"
NOON = datetime(2018, 10, 9, 4, 0, tzinfo=UTC)


def said(source: str, at: str = "b") -> str:
    root = read(DOCUMENT).children[0]
    return text(compiled(source).call(Context(root.first(at), Run(None, NOON))))


@pytest.mark.parametrize(
    ("source", "result"),
    [
        (". >= 0 and . <= 5", "true"),
        ("/data/none = ''", "true"),
        ("/data/none > 0 or /data/none <= 0", "false"),  # blank is not a number
        ("/data/none + 1", ""),
        ("../b * 2", "6"),
        ("current()/../b", "3"),
        ("selected(/data/a, 'y') and not(selected(/data/a, 'z'))", "true"),
        ("if(/data/b = 3, 'yes', 'no')", "yes"),
        ("/data/m/n > 9", "true"),  # of any of them
        ("/data/m/n != 10", "true"),
        ("count(/data/m)", "3"),
        ("sum(/data/m/n)", ""),  # one is blank
        ("sum(/data/m/n[. != ''])", "11"),
        ("sum(/data/m[n > 5]/n)", "10"),
        ("/data/m[2]/n", ""),
        ("/data/m[last()]/n", "10"),
        ("position(/data/m[3])", "3"),
        ("indexed-repeat(/data/m/n, /data/m, 3)", "10"),
        ("-(3) - -2", "-1"),
        ("7 mod 4 * 2 div 3", "2"),
        ("1 div 0", "Infinity"),
        ("2 * 0.1", "0.2"),
        ("round(2.345, 2)", "2.35"),
        ("date('2018-1-5')", "2018-01-05"),
        ("/data/born <= today()", "true"),
        ("date(/data/born) > today()", "false"),
        ("now()", "2018-10-09T12:00:00.000+08:00"),
        ("format-date(/data/born, '%Y年%n月%e日')", "2018年10月9日"),
        ("int((today() - date('1950-02-01')) div 365.25)", "68"),
        ("coalesce(/data/none, 'nobody')", "nobody"),
        ("string-length('河图街道')", "4"),
        ("substr('530502', -2)", "02"),
        ("checklist(1, 1, /data/b > 1, /data/b > 2)", "false"),
        ("weighted-checklist(3, -1, /data/b > 1, 2, /data/b > 2, 2)", "true"),
        ("boolean-from-string('1')", "true"),
        ("and", ""),  # a node may be called as an operator
        ("count(/data/*)", "7"),
        ("/data/* or 1", "true"),
        ("/data/m/n | /data/a", "x y"),  # as they stand in the document
        ("orx:data/orx:a", ""),
        ("../a/@mark", "m"),
        ("count(../a[@mark = 'm'])", "1"),
        ("count(/data/m/n[1])", "1"),  # of all, not of each
        ("/data/m/n[3]", "10"),
        ("count(/data/m[n][n > 0]/n[2]/..)", "1"),
        ("../@mark", ""),
        ("../orx:a", "x y"),  # whatever the prefix
        ("2 = 3 < 1", "false"),
        ("3 > 2 > 1", "false"),
        ("-7 mod 3", "-1"),
        ("/data/none = /data/nobody", "false"),  # no such node: equal to nothing
        ("/data/nobody != 1 or /data/nobody + 1 != 1", "true"),
        ("count(../m[n = ../b])", "0"),
        ("count(../m[n = '10'])", "1"),
        ("count(../m[n = /data/m[3]/n])", "1"),
        ("count(../m[n = /data/m/n])", "3"),
        ("count(../m[n = 10])", "1"),
        ("translate('abca', 'aa', 'xy')", "xbcx"),
        ("decimal-date-time(pow(10, 30))", ""),  # no such day, and no fall
        ("1 | 2", ""),
    ],
)  # fmt: skip
def test_an_expression_gives_what_the_phone_gets(source, result):
    assert said(source) == result


@pytest.mark.parametrize("source", ["", "1 +", "nothing(1)", "if(1, 2)", "a b", "'open", "/data/[", "$x", "a)", "f(()"])
def test_what_is_no_expression_is_said_when_the_form_is_read(source):
    with pytest.raises(Syntax):
        compiled(source)


def test_answers_that_change_by_themselves_are_known():
    assert [compiled(source).volatile for source in ("uuid()", "1 + int(today())", "once(random())", ". + 1")] == [
        True, True, True, False,
    ]  # fmt: skip
