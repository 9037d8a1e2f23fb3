"""Several phones, or one phone twice, at the same moment."""

from threading import Barrier, Thread

from sqlalchemy import select

from tests.sync.payloads import op
from tests.sync.test_push import count, words
from webapp.models import Capture, Finding, Household


def _at_once(*sendings) -> list[list[dict]]:
    start, answers = Barrier(len(sendings)), [[] for _ in sendings]

    def send(n):
        phone, ops = sendings[n]
        start.wait()
        answers[n] = phone.push(*ops)

    threads = [Thread(target=send, args=(n,)) for n in range(len(sendings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_two_sendings_at_once_keep_one_record(phone, phone_of, make, cadre):
    twin = phone_of(cadre)
    for _ in range(4):
        households = [make.household() for _ in range(5)]
        sent = [op(household.id, seq=n) for n, household in enumerate(households, 1)]
        before = count(make, Capture)
        answers = _at_once((phone, sent), (twin, sent), (phone, sent[::-1]))
        seen = [verdict for answer in answers for verdict in answer]
        assert len(seen) == 15
        assert sorted(words(seen)) == ["accepted"] * 5 + ["duplicate"] * 10
        assert len({verdict["receipt"] for verdict in seen}) == 5
        assert count(make, Capture) == before + 5


def test_two_phones_at_one_door_at_once_are_both_kept_and_flagged(phone, phone_of, make):
    """F29"""
    colleague = phone_of(make.account("cadre"))
    household = make.household()
    before, mine, theirs = household.rev, op(household.id), op(household.id)
    _at_once((phone, [mine]), (colleague, [theirs]))
    kept = make.fresh(Household, household.id)
    assert kept.rev == before + 2
    flagged = make.session.scalars(select(Finding.capture_id).where(Finding.code == "two_phones")).all()
    assert flagged == [kept.capture_id]
    assert count(make, Capture) == 2
