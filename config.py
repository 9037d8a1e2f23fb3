"""Settings, all from the environment. A value that is missing gets a safe local default under var/."""

import base64
import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent
MAX_UPLOAD_BYTES = 20 * 1024 * 1024

#: Everything may come from ourselves only; data: for Vant's icon font, blob: for photos not yet sent.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def _kept_secret(path: Path, make) -> str:
    """The secret in `path`; made once, readable by the owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _new_data_key() -> str:
    return "v1:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _new_rescue_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def settings(env: Mapping[str, str] = os.environ) -> dict:
    """The Flask configuration for this environment.

    HETU_DATABASE_URL  sqlite:////path/file.db (SpatiaLite) or postgresql+psycopg://…
    HETU_SECRET_KEY    signs sessions and receipts
    HETU_DATA_KEYS     field encryption, newest first: "v2:<base64 of 32 bytes>,v1:…"
    HETU_RESCUE_KEY    opens what phones seal to the server, newest first: base64 of 32 bytes each, separated by commas
    HETU_MEDIA         folder of the photos
    HETU_REDIS_URL     shared counters for throttling; without it they are per process
    HETU_HTTPS         1 when served over HTTPS: cookies become Secure
    HETU_PROXIES       how many proxies of ours stand before the server; their forwarded addresses are believed
    HETU_METRICS_TOKEN who may read /metrics from another machine
    HETU_DEMO_PASSWORD password of the demo accounts
    """
    var = Path(env.get("HETU_VAR", ROOT / "var"))
    url = env.get("HETU_DATABASE_URL", f"sqlite:///{var / 'hetu.db'}")
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SECRET_KEY": env.get("HETU_SECRET_KEY") or _kept_secret(var / "secret_key", lambda: secrets.token_urlsafe(48)),
        "DATA_KEYS": env.get("HETU_DATA_KEYS") or _kept_secret(var / "data_keys", _new_data_key),
        "RESCUE_KEY": env.get("HETU_RESCUE_KEY") or _kept_secret(var / "rescue_key", _new_rescue_key),
        "MEDIA": Path(env.get("HETU_MEDIA", var / "media")),
        "RATELIMIT_STORAGE_URI": env.get("HETU_REDIS_URL", "memory://"),
        "TRUSTED_PROXIES": int(env.get("HETU_PROXIES", "0")),
        "METRICS_TOKEN": env.get("HETU_METRICS_TOKEN", ""),
        "DEMO_PASSWORD": env.get("HETU_DEMO_PASSWORD", "hetu-demo-2018"),
        "MAX_CONTENT_LENGTH": MAX_UPLOAD_BYTES,
        "SESSION_COOKIE_NAME": "hetu",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": env.get("HETU_HTTPS") == "1",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "CONTENT_SECURITY_POLICY": CONTENT_SECURITY_POLICY,
    }
