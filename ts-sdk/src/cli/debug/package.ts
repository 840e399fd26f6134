/** `sidewinder debug package`: builds a package from what the script installed. */

import { resolve } from "node:path";
import type { BuiltPackage } from "../../generated/types.js";
import { choice, command, given } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { showing } from "../progress/progress.js";
import { bytesText } from "../progress/units.js";
import { UsageError } from "../usage-error.js";
import { noSessionOperand, WHERE, withSession } from "./where.js";

export default command({
  name: "debug package",
  usage: ["[options]"],
  about:
    "Builds a package from what the build script installed, puts it into the channel folder and indexes that. Files are " +
    "selected, binaries made relocatable, and licenses, metadata and checks are those of a whole build. If a check fails, " +
    "no package is written.\n\n" +
    "Prints the path of the package. Warnings go to standard error.",
  options: {
    format: { type: "string", value: "FORMAT", description: "conda or tar.bz2; default: conda" },
    "compression-level": {
      type: "string",
      value: "N",
      description: "conda: -7 to 22, default 15; tar.bz2: 1 to 9, default 9",
    },
    "package-dir": {
      type: "string",
      value: "DIR",
      description: "Channel folder for the package; default: the session's output folder",
    },
    threads: { type: "string", value: "N", description: "Threads that read and compress; default: all" },
    "error-prefix-in-binary": { type: "boolean", description: "Fail if a binary contains the build prefix" },
    "allow-links-on-windows": {
      type: "boolean",
      description: "Allow symlinks in packages that may be installed on Windows",
    },
    "no-include-recipe": { type: "boolean", description: "Leave the recipe out of the package" },
    verbose: {
      type: "boolean",
      short: "v",
      description: "On a terminal too, show everything that is logged",
    },
    ...WHERE,
  },
  examples: [
    { description: "after a run that succeeded", line: "sidewinder debug package" },
    { description: "quickly, to look at it", line: "sidewinder debug package --compression-level 1" },
  ],
  async run(call) {
    noSessionOperand(call);
    const { values } = call;
    const options = given({
      format: values.format === undefined ? undefined : choice("format", values.format, ["conda", "tar.bz2"]),
      compressionLevel: whole("compression-level", values["compression-level"]),
      outputDir: values["package-dir"] === undefined ? undefined : resolve(values["package-dir"]),
      threads: whole("threads", values.threads),
      errorPrefixInBinary: values["error-prefix-in-binary"],
      allowLinksOnWindows: values["allow-links-on-windows"],
      noIncludeRecipe: values["no-include-recipe"],
    });
    const built = await interruptible(
      async (signal) =>
        await withSession(
          values,
          async (session) =>
            await showing(
              { quiet: call.quiet, verbose: values.verbose ?? false },
              async (onProgress) => await session.package({ ...options, signal, onProgress }),
            ),
        ),
    );
    print(call, built, () => `${built.path}\n`);
    remark(call, summary(built));
    return 0;
  },
});

/** An option that is a whole number. */
function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(`--${name}: expected a whole number, found \`${text}\``);
}

function summary({ files, size, warnings }: BuiltPackage): string {
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const parts = [plural(files.length, "file"), bytesText(size)];
  if (warnings.length > 0) parts.push(plural(warnings.length, "warning"));
  return parts.join(", ");
}
