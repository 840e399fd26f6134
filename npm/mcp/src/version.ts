/** The version of this package, which is that of the SDK. */

import { createRequire } from "node:module";

/** Reads the version of the installed package. */
export function version(): string {
  const manifest = createRequire(import.meta.url)("../package.json") as { version: string };
  return manifest.version;
}
