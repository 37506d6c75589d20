"""A Dask cluster of worker processes on this machine: tells its address and theirs, and goes with its input."""

from __future__ import annotations

import sys

from distributed import LocalCluster


def main() -> None:
    workers = int(sys.argv[1])
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        print(cluster.scheduler_address, *(worker.pid for worker in cluster.workers.values()), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
