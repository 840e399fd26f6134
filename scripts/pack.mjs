// `npm run pack [-- --out FOLDER]`: the tarballs as npm gets them, of the release build: the SDK, and this machine's addon.
//
// usage: node scripts/pack.mjs [--out FOLDER] [--all]
//   --all   packs the SDK and the addons of all platforms found under npm/; builds nothing

import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { COMPANIONS, companionManifest, copyCompanion } from "./companions.mjs";
import { PLATFORMS, platformManifest, publishedManifest } from "./platforms.mjs";
import { environment, npm, root, StepFailed, say, script } from "./run.mjs";
import { setUp, triple } from "./setup.mjs";

/** Packs the SDK as it was built last; gives the tarball. */
export function packSdk(out) {
  const folder = staged("sidewinder", publishedManifest());
  cpSync(join(root, "ts-sdk/dist"), join(folder, "dist"), { recursive: true });
  for (const file of ["README.md", "CHANGELOG.md"]) copyFileSync(join(root, file), join(folder, file));
  return npmPack(folder, out);
}

/**
 * Packs the addon of a platform, which was built before; gives the tarball.
 *
 * `strip` leaves out what only debuggers read: the addon of a development build is mostly that.
 */
export function packAddon(platform, out, { strip = false } = {}) {
  const manifest = platformManifest(platform);
  const addon = join(root, "npm", platform, manifest.main);
  if (!existsSync(addon)) throw new StepFailed(`addon for ${platform} not found: ${addon}`);
  const folder = staged(manifest.name, manifest);
  const place = join(folder, manifest.main);
  const stripped =
    strip && spawnSync("strip", ["-o", place, addon], { stdio: "ignore", env: environment }).status === 0;
  if (!stripped) copyFileSync(addon, place);
  const about = `# ${manifest.name}\n\n${manifest.description}. Installed with the package \`sidewinder\` where it fits.\n`;
  writeFileSync(join(folder, "README.md"), about);
  return npmPack(folder, out);
}

/** Packs a companion as it was built last; gives the tarball. */
export function packCompanion(name, out) {
  const manifest = companionManifest(name);
  const folder = staged(manifest.name, manifest);
  copyCompanion(name, folder);
  return npmPack(folder, out);
}

// A package folder of its own: with what is not in the sources, and without what npm would take along from them.
function staged(name, manifest) {
  const folder = join(root, ".sidewinder", "pack", `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  return folder;
}

function npmPack(folder, out) {
  mkdirSync(out, { recursive: true });
  const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(
    npm(["pack", "--json", "--ignore-scripts", "--pack-destination", out], folder),
  );
  const tarball = join(out, filename);
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
  say(`${basename(tarball)}  ${megabytes(size)}, ${megabytes(unpackedSize)} unpacked, ${entryCount} files`);
  return tarball;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await script(async () => {
    const { values } = parseArgs({ options: { out: { type: "string" }, all: { type: "boolean" } } });
    if (values.all !== true) await setUp("release");
    const out = resolve(values.out ?? join(root, ".sidewinder", "packages"));
    const platforms = values.all === true ? Object.keys(PLATFORMS) : [triple()];
    const tarballs = platforms.map((platform) => packAddon(platform, out));
    const companions = COMPANIONS.map((name) => packCompanion(name, out));
    for (const tarball of [...tarballs, packSdk(out), ...companions]) process.stdout.write(`${tarball}\n`);
  });
}
