/** Replaces a text in a file, byte by byte, so that what is not UTF-8 stays as it is. */

import { invalidInput } from "./input.js";
import { MAX_FILE } from "./text-files.js";

/** A replacement as a model describes it. */
export interface Replacement {
  old_text: string;
  new_text: string;
  all?: boolean | undefined;
}

/**
 * Returns the file's bytes after the replacement, and how many places were replaced.
 *
 * @throws SidewinderError with code `INVALID_INPUT` if the text is not found, or found more than once without `all`.
 */
export function replaceText(
  tool: string,
  path: string,
  bytes: Buffer,
  { old_text, new_text, all = false }: Replacement,
): { bytes: Buffer; count: number } {
  if (old_text === "") throw invalidInput(tool, "`old_text` must not be empty");
  const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
  const text = bytes.toString("latin1");
  const replacement = latin1(new_text);
  const parts = text.split(latin1(old_text));
  const count = parts.length - 1;
  if (count === 0) {
    throw invalidInput(
      tool,
      `\`old_text\` not found in \`${path}\``,
      text.includes("\r\n") && old_text.includes("\n")
        ? "the file has Windows line endings: write them as \\r\\n"
        : "read the file again; white space must match",
    );
  }
  if (count > 1 && !all) {
    throw invalidInput(
      tool,
      `\`old_text\` occurs ${count} times in \`${path}\``,
      "include more of the surrounding lines, or set `all`",
    );
  }
  if (text.length + count * (replacement.length - old_text.length) > MAX_FILE) {
    throw invalidInput(tool, `\`${path}\` would be too large (limit 16 MiB)`);
  }
  return { bytes: Buffer.from(parts.join(replacement), "latin1"), count };
}
