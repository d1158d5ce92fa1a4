"""``python -m tests.loopback``: the stand-in as a process of its own, for developers and the benchmark."""

from __future__ import annotations

import argparse
import time

from tests.loopback import LoopbackService
from tests.loopback.others import ckan_routes, open_match_csv, pdok_routes
from tests.loopback.synthetic import all_tables, jobs_full_size


def main() -> None:
    """Serve until interrupted; the first line of output is the address."""
    parser = argparse.ArgumentParser(description="A stand-in for CBS, PDOK and data.overheid.nl on 127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--full-size", action="store_true", help="only 83582NED, with its 166,646 cells")
    options = parser.parse_args()
    tables = [jobs_full_size()] if options.full_size else all_tables()
    service = LoopbackService(tables, latency=options.latency, port=options.port)
    days = {f"week-{day}.zip": open_match_csv(f"{day:02d}-05-2023", seed=day).encode() for day in (2, 9, 16)}
    service.routes += pdok_routes(address=lambda: service.address)
    service.routes += ckan_routes(days, address=lambda: service.address)
    with service:
        if options.full_size:
            service.warm("83582NED")
        print(service.address, flush=True)
        for name, address in service.hosts.items():
            print(f"{name}: {address}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
