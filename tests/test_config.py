"""Settings from the environment."""

import pytest

from config import settings


def vault(tmp_path, **env: str) -> dict:
    return settings({"HETU_VAR": str(tmp_path), **env})["VAULT"]


def test_phones_are_locked_as_the_deployment_wants(tmp_path):
    wanted = {
        "HETU_VAULT_KIND": "passphrase", "HETU_VAULT_MIN_LENGTH": "12", "HETU_VAULT_KDF": "pbkdf2", "HETU_LOCK_AFTER_S": "60",
        "HETU_RETENTION_DAYS": "3",
    }  # fmt: skip
    assert vault(tmp_path, **wanted) == {
        "kind": "passphrase", "min_length": 12, "kdf": "pbkdf2", "lock_after_s": 60, "retention_days": 3,
    }  # fmt: skip


def test_a_passphrase_is_longer_than_a_pin_if_nobody_says_how_long(tmp_path):
    assert vault(tmp_path)["min_length"] == 6
    assert vault(tmp_path, HETU_VAULT_KIND="passphrase")["min_length"] == 10


@pytest.mark.parametrize(("name", "value"), [("HETU_VAULT_KIND", "face"), ("HETU_VAULT_KDF", "md5")])
def test_a_lock_nobody_knows_stops_the_server_from_starting(tmp_path, name, value):
    with pytest.raises(ValueError, match=name):
        vault(tmp_path, **{name: value})
