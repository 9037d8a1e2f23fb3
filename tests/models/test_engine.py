"""How the databases are opened."""

import pytest
from sqlalchemy import text

HOMES = """
  INSERT INTO household (id, number, head_name, pinyin, initials, area_code, attribute, exit_status, address, phone_masked, demo,
    location_state, rev, created_at, updated_at)
  SELECT gen_random_uuid(), 'P' || n, '户主', 'huzhu', 'hz', :area, '01', '0', '', '', false, 'missing', 1, now(), now()
  FROM generate_series(1, 12000) AS n
"""
BATCH = "UPDATE household SET rev = r.rev FROM json_to_recordset('[]') AS r (id uuid, rev int) WHERE household.id = r.id"


@pytest.mark.parametrize("database_url", ["postgis"], indirect=True)
def test_a_batch_finds_its_homes_by_index_and_does_not_read_the_register(session, make):
    group = make.group()
    session.execute(text(HOMES), {"area": group.code})
    session.execute(text("ANALYZE household"))
    plan = "\n".join(session.scalars(text(f"EXPLAIN {BATCH}")))
    session.rollback()
    assert "Index Scan using pk_household on household" in plan, plan
