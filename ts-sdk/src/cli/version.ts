/** The version of the package. */

import { VERSION } from "../version.js";

/** The version in the package's manifest. */
export function version(): string {
  return VERSION;
}
