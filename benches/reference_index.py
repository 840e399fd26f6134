"""One solve with py-rattler against a channel, for `index.mjs`; the plan is the only argument, as JSON.

Prints one JSON line: wall-clock milliseconds, the memory that the work took at most, the number of packages.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from rattler import Channel, Gateway, VirtualPackage, solve

plan = json.loads(sys.argv[1])


def memory(field):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    return 0


async def main():
    before = memory("VmRSS")
    start = time.perf_counter()
    records = await solve(
        [Channel(plan["channel"])],
        plan["specs"],
        gateway=Gateway(cache_dir=Path(plan["cache"]) / "repodata"),
        platforms=["linux-64", "noarch"],
        virtual_packages=VirtualPackage.detect(),
    )
    milliseconds = (time.perf_counter() - start) * 1000
    print(json.dumps({"milliseconds": milliseconds, "bytes": memory("VmHWM") - before, "packages": len(records)}))


asyncio.run(main())
