/** What the SDK calls an option, and what a person typed: messages are told in the words of the command line. */

import type { OptionSpecs } from "./command.js";

/** Names that differ in more than their spelling. */
const OTHER: Readonly<Record<string, string>> = {
  channels: "channel",
  "auth.file": "auth-file",
  timeoutMs: "timeout",
  extraContext: "context",
  buildNumberOverride: "build-number",
  files: "variant-config",
};

/**
 * A message with options as the command has them. What is invalid and no option of it was an operand: it stands in the
 * message by itself.
 */
export function asTyped(message: string, options: OptionSpecs): string {
  const [prefix, name] = /^invalid option `([^`]+)`: /.exec(message) ?? [];
  if (prefix !== undefined && name !== undefined) {
    const option = typed(name, options);
    const rest = message.slice(prefix.length);
    return option === undefined ? rest : `\`--${option}\`: ${rest}`;
  }
  return message.replaceAll(NAMED, (whole, named: string) => {
    const option = typed(named, options);
    return option === undefined ? whole : whole.replace(`\`${named}\``, `\`--${option}\``);
  });
}

/** Where a message surely names an option: by a name as programs have them, or as something to set. */
const NAMED = /(?:\bset )?`((?<=set `)[a-z]+|[a-z]+(?:[A-Z][a-z]+)+)`/g;

function typed(name: string, options: OptionSpecs): string | undefined {
  const plain = name.replace(/\[\d+\]$/, "");
  const option = Object.hasOwn(OTHER, plain)
    ? OTHER[plain]
    : plain.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return option !== undefined && Object.hasOwn(options, option) ? option : undefined;
}
