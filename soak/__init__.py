"""The long run under faults: `make soak VISITS=10000 SEED=n`, or `python -m soak --visits 500`.

Many cadres with the phone's own code (soak/phones, one thread each) against a real server on a fresh database, a fifth of
all requests broken in some way. In the end the server's database and media folder are asked for everything a phone has
ever shown as 已保存. A new operation of the phone is one more function in `soak/phones/visits.js` and one more reader in
`soak/audit.py`.
"""
