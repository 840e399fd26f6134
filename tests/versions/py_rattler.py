"""What py-rattler makes of versions and specs: JSON on standard input and output."""

import functools
import json
import sys

from rattler import BuildString, MatchSpec, PackageRecord, Version, VersionSpec


def attempt(make, text):
    try:
        return make(text)
    except Exception:
        return None


given = json.load(sys.stdin)
versions = {text: attempt(Version, text) for text in given["versions"]}
valid = [text for text, version in versions.items() if version is not None]


def order(a, b):
    a, b = versions[a], versions[b]
    return -1 if a < b else 1 if a > b else 0


ranked = sorted(valid, key=functools.cmp_to_key(order))
ranks, rank = {}, 0
for index, text in enumerate(ranked):
    if index > 0 and order(ranked[index - 1], text) != 0:
        rank += 1
    ranks[text] = rank

records = {}
for record in given["records"]:
    made = PackageRecord(
        name=record["name"],
        version=record["version"],
        build=BuildString(record["build"]),
        build_number=record["build_number"],
        subdir="linux-64",
        arch=None,
        platform=None,
    )
    records.setdefault(record["name"], []).append(made)

specs = {}
for text in given["specs"]:
    spec = attempt(MatchSpec, text)
    if spec is None:
        specs[text] = None
        continue
    name = str(spec.name.normalized) if hasattr(spec.name, "normalized") else str(spec.name)
    specs[text] = {
        "text": str(spec),
        "version": spec.version,
        "build": spec.build,
        "matches": [spec.matches(record) for record in records.get(name, [])],
    }

version_specs = {}
for text in given["versionSpecs"]:
    spec = attempt(VersionSpec, text)
    version_specs[text] = None if spec is None else [spec.matches(versions[v]) for v in given["sample"]]

json.dump({"ranks": ranks, "specs": specs, "versionSpecs": version_specs}, sys.stdout)
