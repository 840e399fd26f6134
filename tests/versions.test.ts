/**
 * Versions and specs agree with py-rattler, on all of a corpus of rendered recipes. `SIDEWINDER_REFERENCE` names a Python
 * with py-rattler, `SIDEWINDER_CORPUS` the corpus; without them the test is skipped.
 */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { MatchSpec, Version, VersionSpec } from "../ts-sdk/src/index.js";
import { root } from "./support/workbench.js";

const { SIDEWINDER_REFERENCE: python, SIDEWINDER_CORPUS: corpus } = process.env;
const isSkipped = python === undefined || corpus === undefined;
if (isSkipped)
  console.warn("skipped: versions against py-rattler; set SIDEWINDER_REFERENCE and SIDEWINDER_CORPUS");

interface Fields {
  name: string;
  version: string;
  build: string;
  build_number: number;
}

/** All versions, specs and packages of the corpus's expected results. */
function collect(): { versions: string[]; specs: string[]; records: Fields[] } {
  const versions = new Set<string>();
  const specs = new Set<string>();
  const records = new Map<string, Fields>();
  const visit = (value: unknown, within: string): void => {
    if (typeof value === "string") {
      if (within === "requirements") specs.add(value);
    } else if (Array.isArray(value)) for (const item of value) visit(item, within);
    else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (key === "version" && typeof item === "string") versions.add(item);
        visit(item, key === "requirements" || within === "requirements" ? "requirements" : key);
      }
    }
  };
  const folder = join(corpus ?? "", "expected");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".jsonl.gz"))) {
    for (const line of gunzipSync(readFileSync(join(folder, file)))
      .toString("utf8")
      .split("\n")) {
      if (line === "") continue;
      const record = JSON.parse(line) as { variants?: Record<string, unknown>[] };
      visit(record, "");
      for (const { name, version, build_string, buildString } of record.variants ?? []) {
        const build = String(build_string ?? buildString ?? "0");
        if (typeof name !== "string" || typeof version !== "string") continue;
        records.set(`${name} ${version} ${build}`, { name, version, build, build_number: 0 });
      }
    }
  }
  for (const spec of specs) {
    for (const part of spec.split(/[\s,|]+/).slice(1))
      versions.add(part.replace(/^[=<>!~]+/, "").replace(/\.?\*$/, ""));
  }
  return { versions: [...versions].filter(Boolean), specs: [...specs], records: [...records.values()] };
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

test.skipIf(isSkipped)("every version and spec of the corpus is as in py-rattler", () => {
  const { versions, specs, records } = collect();
  // Packages with versions that specs ask for, so that specs match some and not others.
  const names = specs
    .map((spec) => attempt(() => new MatchSpec(spec))?.name)
    .filter((name) => name !== undefined);
  const valid = versions.filter((text) => attempt(() => new Version(text)) !== undefined);
  const sample = valid.filter((_, index) => index % Math.ceil(valid.length / 60) === 0);
  for (const name of new Set(names)) {
    if (!/^[a-z0-9._-]+$/.test(name)) continue;
    for (const version of sample.slice(0, 25))
      records.push({ name, version, build: "py312h0_0", build_number: 1 });
  }
  const versionSpecs = [...new Set(specs.map((spec) => spec.split(/\s+/)[1] ?? "").filter(Boolean))];
  const input = JSON.stringify({ versions, specs, records, versionSpecs, sample });
  const output = execFileSync(python ?? "", [join(root, "tests/versions/py_rattler.py")], {
    input,
    maxBuffer: 1 << 30,
    encoding: "utf8",
  });
  const reference = JSON.parse(output) as {
    ranks: Record<string, number>;
    specs: Record<
      string,
      { text: string; version: string | null; build: string | null; matches: boolean[] } | null
    >;
    versionSpecs: Record<string, boolean[] | null>;
  };

  const differences: string[] = [];
  if (valid.length !== Object.keys(reference.ranks).length) {
    const theirs = new Set(Object.keys(reference.ranks));
    for (const text of versions) {
      if (valid.includes(text) !== theirs.has(text))
        differences.push(`version ${text} is read by one side only`);
    }
  }
  const sorted = Version.sort(valid);
  for (const [index, text] of sorted.slice(1).entries()) {
    const before = sorted[index] as string;
    const ours = Version.compare(before, text);
    const theirs = Math.sign((reference.ranks[before] ?? 0) - (reference.ranks[text] ?? 0));
    if (ours !== theirs) differences.push(`${before} and ${text}: ${ours}, reference ${theirs}`);
  }
  const byName = groups(records);
  for (const [text, theirs] of Object.entries(reference.specs)) {
    const spec = attempt(() => new MatchSpec(text));
    if ((spec === undefined) !== (theirs === null)) differences.push(`spec ${text} is read by one side only`);
    if (spec === undefined || theirs === null) continue;
    if (String(spec) !== theirs.text) differences.push(`${text}: ${spec}, reference ${theirs.text}`);
    const all = byName.get(spec.name ?? "") ?? [];
    const matched = new Set(spec.filter(all));
    const ours = all.map((record) => matched.has(record));
    if (JSON.stringify(ours) !== JSON.stringify(theirs.matches))
      differences.push(`${text} matches other packages`);
  }
  for (const [text, theirs] of Object.entries(reference.versionSpecs)) {
    const spec = attempt(() => new VersionSpec(text));
    const ours = spec === undefined ? null : sample.map((version) => spec.matches(version));
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      differences.push(`version spec ${text} matches other versions`);
  }
  console.info(
    `${versions.length} versions, ${specs.length} specs, ${records.length} packages, ${versionSpecs.length} version specs: ` +
      `${differences.length} differences`,
  );
  expect(differences).toEqual([]);
});

function groups(records: Fields[]): Map<string, Fields[]> {
  const byName = new Map<string, Fields[]>();
  for (const record of records) byName.set(record.name, [...(byName.get(record.name) ?? []), record]);
  return byName;
}
