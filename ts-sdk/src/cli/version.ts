/** The version of the package. */

import { readFileSync } from "node:fs";

/** The version in the package's manifest. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return String((manifest as { version: unknown }).version);
}
