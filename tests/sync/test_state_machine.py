"""Whatever two phones and the office do, in whatever order it arrives: one record an operation, one receipt, no change skipped.

F26, F27, F29 at the server: batches and pieces come doubled, out of order, with other contents, from either phone.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.factories import OTHER_COMMUNITY
from tests.sync.payloads import capture, op, photo
from tests.sync.test_blobs import digest, jpeg
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.models import Blob, Capture, Op
from webapp.models.engine import begin_write
from webapp.services import reviews
from webapp.services.media import Media
from webapp.sync.receipts import Receipts

PICTURES = [jpeg(40 * n, side=64 + n) for n in range(4)]
LIMITS = st.sampled_from([1, 2, 3, 500])
PHONES = st.integers(0, 1)


class Field(RuleBasedStateMachine):
    """Two cadres of one community with a phone each, three doors of theirs, one of somebody else, and the office."""

    ops = Bundle("ops")

    def __init__(self, app, make, phone_of):
        super().__init__()
        self.app, self.make, self.phone_of = app, make, phone_of

    @initialize()
    def begin(self):
        cadres = [self.make.account("cadre"), self.make.account("cadre")]
        self.phones = [self.phone_of(cadre) for cadre in cadres]
        self.office = self.make.account("office", "530502005000")
        self.doors = [self.make.household() for _ in range(3)] + [self.make.household(OTHER_COMMUNITY)]
        self.cursors, self.held = ["", ""], [{}, {}]
        self.seqs, self.sent = [0, 0], set()
        self.accepted: dict[str, str] = {}
        self.receipts: dict[str, str] = {}

    @rule(target=ops, door=st.integers(0, 3), picture=st.none() | st.integers(0, 3), phone=PHONES)
    def captures(self, door, picture, phone):
        """Kept on the phone; not sent yet."""
        self.seqs[phone] += 1
        photos = [] if picture is None else [photo(PICTURES[picture])]
        return op(self.doors[door].id, capture(note=f"{phone} {self.seqs[phone]}", photos=photos), seq=self.seqs[phone])

    @rule(target=ops, of=ops, phone=PHONES)
    def says_otherwise(self, of, phone):
        """The same id with another payload: a phone restored from a copy, or something worse."""
        self.seqs[phone] += 1
        return op(of["entity_id"], of["payload"] | {"note": f"otherwise {self.seqs[phone]}"}, seq=self.seqs[phone], id=of["id"])

    @rule(batch=st.lists(ops, min_size=1, max_size=6), phone=PHONES)
    def pushes(self, batch, phone):
        """In any order and any number, also what the other phone made."""
        for sent, verdict in zip(batch, self.phones[phone].push(*batch), strict=True):
            self.judge(sent, verdict)

    def judge(self, sent: dict, verdict: dict):
        op_id, sha = sent["id"], sent["payload_sha256"]
        self.sent.add((op_id, sha))
        if sent["entity_id"] == str(self.doors[3].id):
            expected = "refused"
        elif self.accepted.setdefault(op_id, sha) != sha:
            expected = "conflict"
        else:
            expected = "duplicate" if op_id in self.receipts else "accepted"
            assert Receipts(self.app.config["SECRET_KEY"]).verify(verdict["receipt"])
            assert self.receipts.setdefault(op_id, verdict["receipt"]) == verdict["receipt"]
        assert (verdict["id"], verdict["verdict"]) == (op_id, expected)

    @rule(phone=PHONES, picture=st.integers(0, 3), cut=st.floats(0, 1), whole=st.booleans(), harm=st.booleans())
    def puts(self, phone, picture, cut, whole, harm):
        """A piece from anywhere, perhaps damaged; or what the offset asks for."""
        data, sender = PICTURES[picture], self.phones[phone]
        asked = sender.client.get(f"/api/v1/blobs/{digest(data)}/offset", headers=sender.headers).json
        start = min(asked["offset"] if whole else int(cut * len(data)), len(data) - 1)
        piece = data[start:]
        piece = bytes([piece[0] ^ 255]) + piece[1:] if harm else piece
        answer = sender.put(digest(data), piece, f"bytes {start}-{len(data) - 1}/{len(data)}")
        if answer.status_code in (200, 201):
            assert self.receipts.setdefault(digest(data), answer.json["receipt"]) == answer.json["receipt"]
        else:
            assert answer.status_code in (409, 422), answer.text

    @rule(door=st.integers(0, 2), move=st.sampled_from(["accept", "send_back", "reopen"]))
    def reviews(self, door, move):
        household = self.make.fresh(type(self.doors[door]), self.doors[door].id)
        if household.capture_id is None:
            return
        self.make.session.commit()
        begin_write(self.make.session)
        shown = self.make.session.get_one(Capture, household.capture_id)
        more = {"accept": ["看过了"], "send_back": [], "reopen": []}[move]
        try:
            args = (["B01"], "再去一次") if move == "send_back" else ()
            getattr(reviews, move)(self.make.session, shown, *args, self.office, now(), *more)
            self.make.session.commit()
        except Problem:  # a move that is not open from where it stands
            self.make.session.rollback()

    @rule(phone=PHONES, limit=LIMITS)
    def pulls_a_page(self, phone, limit):
        self.apply(phone, self.phones[phone].pull(self.cursors[phone], limit))

    def apply(self, phone: int, answer: dict):
        for change in answer["changes"]:
            self.held[phone].pop(change["id"], None)
            if not change["deleted"]:
                self.held[phone][change["id"]] = change
        self.cursors[phone] = answer["cursor"]

    @rule(phone=PHONES, limit=LIMITS)
    def catches_up(self, phone, limit):
        """A phone that has applied every pull holds what an empty one would get."""
        more = True
        while more:
            answer = self.phones[phone].pull(self.cursors[phone], limit)
            self.apply(phone, answer)
            more = answer["more"]
        assert self.held[phone] == self.phones[phone].held()

    @rule()
    def looks_at_the_server(self):
        session = self.make.session
        session.rollback()
        session.expire_all()
        ids = {op_id for op_id, _ in self.sent}
        rows = [row for row in session.scalars(select(Op)) if str(row.id) in ids]
        assert {(str(row.id), row.payload_sha256) for row in rows} == self.sent
        kept = {str(row.id): row.receipt for row in rows if row.verdict == "accepted"}
        assert kept == {i: self.receipts[i] for i in self.accepted}
        assert {str(row.id) for row in session.scalars(select(Capture))} & ids == set(self.accepted)
        for blob in session.scalars(select(Blob)):
            assert digest(Media(self.app.config["MEDIA"]).whole(blob.sha256).read_bytes()) == blob.sha256

    def teardown(self):
        if hasattr(self, "phones"):
            self.looks_at_the_server()
            self.catches_up(0, 3)
            self.catches_up(1, 500)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_whatever_two_phones_and_the_office_do_the_server_keeps_count(app, make, phone_of):
    house = settings(max_examples=8, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Field(app, make, phone_of), settings=house)
