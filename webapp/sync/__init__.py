"""The server's side of docs/protocol.md. The phone's side is webapp/static/js/sync/."""
