"""What ODK Collect reads off a code when it is set up (docs.getodk.org/collect-import-export)."""

import base64
import json
import zlib


def code(address: str, project: str) -> str:
    """JSON, zlib, base64. Forms follow the server, answers go as soon as there is a network."""
    general = {"server_url": address, "form_update_mode": "match_exactly", "autosend": "wifi_and_cellular"}
    settings = {"general": general, "admin": {}, "project": {"name": project}}
    return base64.b64encode(zlib.compress(json.dumps(settings, ensure_ascii=False).encode())).decode()
