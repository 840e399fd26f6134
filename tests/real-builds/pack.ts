/** What a session built, as a package: enough of it for a sibling output to be set up with. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DebugSession } from "../../ts-sdk/src/index.js";

/** Packs what the script put into the host prefix, into the output folder, where later sessions find it. */
export async function pack(session: DebugSession, scratch: string): Promise<string> {
  const { name, version, buildString, buildNumber, subdir } = session.variant;
  const folder = join(scratch, `${name}-${version}-${buildString}`);
  const paths = [];
  for (const path of await builtFiles(session.hostPrefix)) {
    const from = join(session.hostPrefix, path);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(from, join(folder, path), { verbatimSymlinks: true });
    if ((await lstat(from)).isSymbolicLink()) {
      paths.push({ _path: path, path_type: "softlink" });
      continue;
    }
    const bytes = await readFile(from);
    paths.push({
      _path: path,
      path_type: "hardlink",
      sha256: createHash("sha256").update(bytes).digest("hex"),
      size_in_bytes: bytes.length,
      ...(bytes.includes(session.hostPrefix) && {
        prefix_placeholder: session.hostPrefix,
        file_mode: bytes.includes(0) ? "binary" : "text",
      }),
    });
  }
  const index = { name, version, build: buildString, build_number: buildNumber, subdir, depends: [] };
  await mkdir(join(folder, "info"), { recursive: true });
  await writeFile(join(folder, "info", "index.json"), JSON.stringify(index));
  await writeFile(join(folder, "info", "paths.json"), JSON.stringify({ paths, paths_version: 1 }));
  await mkdir(join(session.outputDir, subdir), { recursive: true });
  const archive = join(session.outputDir, subdir, `${name}-${version}-${buildString}.tar.bz2`);
  execFileSync("tar", ["-cjf", archive, "-C", folder, ...(await readdir(folder))]);
  return archive;
}

/** Files and links of a prefix that no installed package brought. */
async function builtFiles(prefix: string): Promise<string[]> {
  const records = join(prefix, "conda-meta");
  const owned = new Set(["CACHEDIR.TAG"]);
  for (const file of (await readdir(records)).filter((name) => name.endsWith(".json"))) {
    for (const path of JSON.parse(await readFile(join(records, file), "utf8")).files) owned.add(path);
  }
  const entries = await readdir(prefix, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(prefix.length + 1))
    .filter((path) => !path.startsWith("conda-meta/") && !owned.has(path))
    .sort();
}
