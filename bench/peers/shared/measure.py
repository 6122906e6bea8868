"""How a CPython peer measures: the same rounds and the same line of JSON as measure.h."""

import json
import resource
import sys
import time

WARM_ROUNDS = 10
WARM_SHARE = 40


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def arguments():
    """The variant, the operations and the port: `program VARIANT OPERATIONS PORT`."""
    variant, operations, port = sys.argv[1:]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return variant, int(operations), int(port)


def measure(run, operations, bytes_each):
    for _ in range(WARM_ROUNDS):
        run(-(-operations // WARM_SHARE))
    cpu = cpu_seconds()
    began = time.perf_counter()
    run(operations)
    seconds = time.perf_counter() - began
    result = {
        "seconds": seconds,
        "operations": operations,
        "bytes": operations * bytes_each,
        "cpu": cpu_seconds() - cpu,
    }
    print(json.dumps(result))
