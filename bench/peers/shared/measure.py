"""How a CPython peer measures: the same rounds and the same line of JSON as measure.h."""

import json
import resource
import sys
import time

WARM_UP_ROUNDS = 10
WARM_UP_DIVISOR = 40


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def arguments():
    """The variant, the operations and the port: `program VARIANT OPERATIONS PORT`."""
    variant, operations, port = sys.argv[1:]
    hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
    return variant, int(operations), int(port)


def measure(run, operations, bytes_each):
    for _ in range(WARM_UP_ROUNDS):
        run(-(-operations // WARM_UP_DIVISOR))
    cpu = cpu_seconds()
    start = time.perf_counter()
    run(operations)
    seconds = time.perf_counter() - start
    result = {
        "seconds": seconds,
        "operations": operations,
        "bytes": operations * bytes_each,
        "cpu": cpu_seconds() - cpu,
    }
    print(json.dumps(result))
