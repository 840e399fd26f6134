/** Translates the SDK's option names in messages to those of the command line. */

import type { OptionSpecs } from "./command.js";

/** Names that differ in more than case. */
const OTHER: Readonly<Record<string, string>> = {
  channels: "channel",
  "auth.file": "auth-file",
  timeoutMs: "timeout",
  extraContext: "context",
  buildNumberOverride: "build-number",
  files: "variant-config",
};

/**
 * A message with the option names of the command. An invalid argument that is not an option was an operand; its name is
 * dropped from the message.
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

/** Matches text that is certainly an option name: in camel case, or after "set". */
const NAMED = /(?:\bset )?`((?<=set `)[a-z]+|[a-z]+(?:[A-Z][a-z]+)+)`/g;

function typed(name: string, options: OptionSpecs): string | undefined {
  const plain = name.replace(/\[\d+\]$/, "");
  const option = Object.hasOwn(OTHER, plain)
    ? OTHER[plain]
    : plain.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return option !== undefined && Object.hasOwn(options, option) ? option : undefined;
}
