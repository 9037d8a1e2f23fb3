# Hetu 河图. `make` alone lists what there is.

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set everything up and serve on http://127.0.0.1:8000 (HOST=, PORT=)
	@.ci/start.sh

test: ## set everything up and run the tests, on both databases and in a browser (long runs: faults, soak)
	@.ci/test.sh

check: ## lint, types and the fast tests, under a minute
	@.ci/check.sh

bench: ## measure the bars (ONLY=phone), print them, write var/bench.json
	@.ci/bench.sh

faults: ## the long tests of faults: servers and phones that die, full disks, lost databases, storms (about five minutes)
	@MARKED=long .ci/test.sh

soak: ## the long run under faults (VISITS=10000 SEED=n PHONES=50 DATABASE=postgis), writes var/soak.json
	@.ci/soak.sh

build: ## build the pages and the service worker
	@bash -c 'source .ci/lib.sh; node_modules; build'

lock: ## resolve the dependencies again
	@.ci/lock.sh

.PHONY: help run test check bench faults soak build lock
