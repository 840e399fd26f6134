/** Hints for errors: the SDK's hint with option names as typed, or one that only makes sense on the command line. */

import { ChannelError, type SidewinderError, SolveError } from "../errors.js";
import type { OptionSpecs } from "./command.js";
import { asTyped } from "./option-names.js";

/** The hint for an error of a command with these options. */
export function hintFor(error: SidewinderError, options: OptionSpecs): string | undefined {
  if (error.hint !== undefined) return asTyped(error.hint, options);
  const takesChannels = Object.hasOwn(options, "channel");
  if (error.code === "NOT_A_SESSION") {
    return "list sessions with `sidewinder debug list`, or create one with `sidewinder debug setup RECIPE`";
  }
  if (ChannelError.is(error) && takesChannels) {
    if (error.channel.startsWith("file:")) {
      return "pass a channel name such as conda-forge, a URL, or a folder that contains a folder for each platform";
    }
    // If a server answered, its status is in the message.
    return error.channel.startsWith("http") && error.status === undefined
      ? "check the network connection, select another channel or a folder with `-c`, or use only cached data with `--offline`"
      : undefined;
  }
  if (SolveError.is(error) && takesChannels && error.explanation.startsWith("No candidates were found")) {
    return "check the name and the version, or add a channel with `-c`";
  }
  return undefined;
}
