"""One household by itself: what a phone fetches that has let go of the details."""

from uuid import uuid4

from tests.factories import COMMUNITY, OTHER_COMMUNITY


def test_it_comes_as_the_pull_sends_it(phone, make):
    home = make.household(COMMUNITY, head_name="张三")
    answer = phone.one(home.id).json
    assert answer["change"] == phone.held()[str(home.id)]
    assert (answer["family"]["id"], answer["family"]["data"]["year"]) == (str(home.id), 2018)


def test_a_household_of_others_or_of_nobody_is_not_found(phone, make):
    foreign = make.household(OTHER_COMMUNITY)
    for household_id in (foreign.id, uuid4()):
        answer = phone.one(household_id)
        assert (answer.status_code, answer.json["problem"]["code"]) == (404, "not_found")
