/** Packages that only some commands need, and that users install next to this one. */

import { SidewinderError } from "../errors.js";

/**
 * Loads a companion package.
 *
 * @throws SidewinderError with code `UNSUPPORTED` if it is not installed.
 */
export async function loadCompanion<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" || !message.includes(name)) throw error;
    throw new SidewinderError("UNSUPPORTED", `the package \`${name}\` is not installed`, {
      hint: `install it next to this one: npm install ${name}`,
    });
  }
}
