"""Every list can be searched, put in order, taken away as a file, and printed: whole, and as it was asked for."""

import csv
import re
from io import BytesIO, StringIO

import openpyxl
import pytest

from tests.captured import Captured
from tests.disputed import disputed
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.exports.xlsx_file import to_xlsx

STREET, COUNTY = "530502005000", "530502000000"
#: The list on the screen, the start of its files' addresses, and who looks at it.
LISTS = {
    "households": ("/coverage/households", "/coverage/households", "office"),
    "review": ("/review", "/review/queue", "office"),
    "accounts": ("/setup/accounts", "/setup/accounts", "admin"),
    "devices": ("/setup/devices", "/setup/devices", "admin"),
}
FILES = LISTS | {
    "areas": ("/coverage", "/coverage/table", "office"),
    "conflicts": ("/review/conflicts", "/review/conflicts/list", "office"),
    "phones": ("/coverage/phones", "/coverage/phones", "office"),
}


@pytest.fixture
def full(make, session):
    """More households and captures than a leaf holds, a few people and their phones, something in dispute."""
    captured, cadre = Captured(session), make.account("cadre")
    homes = [make.household(head_name=f"户{n:02d}", pinyin=f"hu{n:02d}") for n in range(53)]
    for home in homes:
        captured(home, by=cadre)
    phone, _ = make.phone(cadre)
    make.phone(make.account("office", STREET))
    disputed(session, homes[0], cadre, phone)


@pytest.fixture
def reader(signed_in):
    return lambda role: signed_in(role, COUNTY if role == "admin" else STREET)


def _csv(client, path: str) -> list[list[str]]:
    rows = csv.reader(StringIO(client.get(path).data.decode("utf-8-sig"), newline=""))
    return [[re.sub(r"^(\d+)\.0$", r"\1", cell) for cell in row] for row in rows]  # a workbook knows one kind of number


def _xlsx(client, path: str) -> list[list[str]]:
    sheet = openpyxl.load_workbook(BytesIO(client.get(path).data)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def _paper(client, path: str) -> list[str]:
    table = re.search(r'<table class="paper-table">.*?</table>', client.get(path).text, re.DOTALL)[0]
    return re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]


@pytest.mark.parametrize("name", FILES)
def test_a_workbook_holds_what_the_csv_holds(reader, full, name):
    _, files, role = FILES[name]
    client = reader(role)
    rows = _csv(client, f"{files}.csv")
    assert len(rows) > 1
    assert _xlsx(client, f"{files}.xlsx") == rows


@pytest.mark.parametrize("name", ["households", "review"])
def test_the_paper_holds_all_leaves(reader, full, name):
    screen, files, role = LISTS[name]
    client = reader(role)
    assert "第 1–50 条，共 53 条" in client.get(screen).text
    assert "第 51–53 条，共 53 条" in client.get(f"{screen}?page=2").text
    assert len(_paper(client, f"{files}/print")) == 53


@pytest.mark.parametrize("name", LISTS)
def test_what_is_taken_away_is_what_was_asked_for(reader, full, name):
    """The links on the page carry its search and its order, but not its leaf."""
    screen, files, role = LISTS[name]
    page = reader(role).get(f"{screen}?{'words' if name == 'review' else 'q'}=zz&sort=-{SORTS[name]}&page=2").text
    links = [link for link in re.findall(r'href="([^"]+)"', page) if link.startswith((f"{files}.", f"{files}/print"))]
    assert [link.partition("?")[0] for link in links] == [f"{files}.xlsx", f"{files}.csv", f"{files}/print"]
    assert all("=zz" in link and f"sort=-{SORTS[name]}" in link and "page" not in link for link in links)


SORTS = {"households": "name", "review": "received", "accounts": "name", "devices": "label"}


def test_the_paper_keeps_search_order_and_filters_and_says_them(reader, full):
    client = reader("office")
    rows = _paper(client, "/coverage/households/print?q=户0&sort=-name")
    assert [re.search(r"户\d\d", row)[0] for row in rows] == [f"户{n:02d}" for n in range(9, -1, -1)]
    paper = client.get("/coverage/households/print?q=户0&state=uploaded").text
    for words in ("统计范围： 河图街道", "筛选条件： 已上传；搜索：户0", "打印人：", "制表人："):
        assert words in paper


def test_phones_are_found_by_name_owner_and_state(reader, make, session):
    phone, _ = make.phone(make.account("cadre"))
    make.phone(make.account("office", STREET))
    client = reader("admin")
    client.post(f"/setup/devices/{phone.id}/revoke", data={"sure": "1"})

    def found(query: str) -> list[str]:
        return [re.sub(r"\d+", "", row[1]).strip() for row in _csv(client, f"/setup/devices.csv?{query}")[1:]]

    assert sorted(found("")) == ["cadre", "office"]
    assert found("q=offi") == ["office"]
    assert found("q=test&state=revoked") == ["cadre"]
    assert found("state=active") == ["office"]
    assert "没有符合条件的手机" in client.get("/setup/devices?q=nobody").text


def test_the_register_is_narrowed_to_an_area_by_its_name(reader, make):
    for community, group in ((COMMUNITY, 1), (COMMUNITY, 2), (OTHER_COMMUNITY, 1)):
        make.household(community, group)
    client = reader("office")

    def offered(area: str) -> list[str]:
        choices = re.search(r'name="area">(.*?)</select>', client.get(f"/coverage/households?area={area}").text, re.DOTALL)[1]
        return re.findall(r">([^<>]+)</option>", choices)

    assert {"河图街道", "河村社区", "河上村社区"} <= set(offered(STREET))
    assert offered(COMMUNITY) == ["河图街道", "河村社区", "1组", "2组"]
    assert offered(f"{COMMUNITY}02") == ["河图街道", "河村社区", "1组", "2组"]


@pytest.mark.parametrize("path", ["/setup/accounts", "/setup/devices.csv", "/coverage/households.xlsx"])
def test_an_order_nobody_knows_is_refused(reader, path):
    assert reader("admin" if "setup" in path else "office").get(f"{path}?sort=height").status_code == 400


def test_a_cell_of_a_workbook_is_never_a_formula():
    sheet = openpyxl.load_workbook(BytesIO(to_xlsx(["a", "b"], [["=1+1", "http://example.org"], ["007", -9.5]]))).active
    assert [[cell.data_type for cell in row] for row in sheet.iter_rows(min_row=2)] == [["s", "s"], ["s", "n"]]
    assert sheet["A2"].value == "=1+1"
