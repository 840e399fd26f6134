/** The packages of this repository as npm gets them, packed once for all tests of a file. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Offered } from "./registry.js";

interface Pack {
  packSdk(out: string): string;
  packCompanion(name: string, out: string): string;
  packAddon(platform: string, out: string, options?: { strip?: boolean }): string;
}
interface Platforms {
  PLATFORMS: Record<string, object>;
  platformManifest(platform: string): Offered["manifest"];
  publishedManifest(): Offered["manifest"];
}

interface Companions {
  COMPANIONS: string[];
  companionManifest(name: string): Offered["manifest"];
}

let packed: Promise<Offered[]> | undefined;
let folder: string | undefined;

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** The SDK, its companions, this machine's addon, and the manifests of the others. */
export function packages(): Promise<Offered[]> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<Offered[]> {
  const scripts = "../../scripts";
  const { packAddon, packCompanion, packSdk } = (await import(`${scripts}/pack.mjs`)) as Pack;
  const { PLATFORMS, platformManifest, publishedManifest } = (await import(
    `${scripts}/platforms.mjs`
  )) as Platforms;
  const { COMPANIONS, companionManifest } = (await import(`${scripts}/companions.mjs`)) as Companions;
  const { triple } = (await import(`${scripts}/setup.mjs`)) as { triple(): string };
  folder = await mkdtemp(join(tmpdir(), "sidewinder-packages-"));
  const out = folder;
  return [
    { manifest: publishedManifest(), tarball: packSdk(out) },
    ...COMPANIONS.map((name) => ({ manifest: companionManifest(name), tarball: packCompanion(name, out) })),
    ...Object.keys(PLATFORMS).map((platform) => {
      const manifest = platformManifest(platform);
      // A development build is mostly what debuggers read.
      return platform === triple()
        ? { manifest, tarball: packAddon(platform, out, { strip: true }) }
        : { manifest };
    }),
  ];
}
