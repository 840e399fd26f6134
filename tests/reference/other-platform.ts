/** A channel for another platform than this machine's, with the few packages that the recipes ask for. */

import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGES = [
  {
    name: "libcross",
    version: "2.1",
    depends: ["libbase >=1"],
    run_exports: { weak: ["libcross >=2.1,<3"] },
  },
  { name: "libbase", version: "1.4", depends: ["__unix"], run_exports: {} },
  { name: "libstrong", version: "1.2", depends: [], run_exports: {} },
];

/** Additional channels that a recipe for a platform needs. */
export async function channelsFor(
  platform: string | undefined,
  folder: () => Promise<string>,
): Promise<string[]> {
  return platform === undefined || platform === "noarch" ? [] : [await channelFor(platform, await folder())];
}

/** Writes it; empty packages will do, as only their names and what they export counts. */
async function channelFor(platform: string, folder: string): Promise<string> {
  const packages: Record<string, object> = {};
  for (const subdir of [platform, "noarch"]) await mkdir(join(folder, subdir), { recursive: true });
  for (const { run_exports, ...package_ } of PACKAGES) {
    const index = { ...package_, build: "0", build_number: 0, subdir: platform };
    const file = `${index.name}-${index.version}-0.tar.bz2`;
    const content = join(folder, "content", file);
    await mkdir(join(content, "info"), { recursive: true });
    await writeFile(join(content, "info", "index.json"), JSON.stringify(index));
    await writeFile(join(content, "info", "run_exports.json"), JSON.stringify(run_exports));
    await writeFile(join(content, "info", "paths.json"), JSON.stringify({ paths: [], paths_version: 1 }));
    execFileSync("tar", ["-cjf", join(folder, platform, file), "-C", content, "info"]);
    packages[file] = index;
  }
  for (const [subdir, list] of [
    [platform, packages],
    ["noarch", {}],
  ] as const) {
    const repodata = { info: { subdir }, packages: list, "packages.conda": {}, repodata_version: 1 };
    await writeFile(join(folder, subdir, "repodata.json"), JSON.stringify(repodata));
  }
  return folder;
}
