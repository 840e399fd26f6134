"""Installs packages with another conda client (py-rattler).

Reads one JSON object: {"channels": [...], "specs": [...], "prefix": folder}. Writes a list of the names of the installed packages.
"""

import asyncio
import json
import os
import sys

from rattler import Channel, Platform, VirtualPackage, install, solve

answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
plan = json.load(sys.stdin)


async def main():
    records = await solve(
        sources=[Channel(channel) for channel in plan["channels"]],
        specs=plan["specs"],
        platforms=[Platform.current(), Platform("noarch")],
        virtual_packages=VirtualPackage.detect(),
    )
    await install(records=records, target_prefix=plan["prefix"], show_progress=False)
    return sorted(record.name.normalized for record in records)


json.dump(asyncio.run(main()), answer)
answer.flush()
