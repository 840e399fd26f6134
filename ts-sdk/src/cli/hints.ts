/** What to type next where something failed: what the SDK's error says, in the words of the command line, or advice of our own. */

import { ChannelError, type SidewinderError, SolveError } from "../errors.js";
import type { OptionSpecs } from "./command.js";
import { asTyped } from "./option-names.js";

/** The hint for an error of a command that has these options. */
export function hintFor(error: SidewinderError, options: OptionSpecs): string | undefined {
  if (error.hint !== undefined) return asTyped(error.hint, options);
  const takesChannels = Object.hasOwn(options, "channel");
  if (error.code === "NOT_A_SESSION") {
    return "`sidewinder debug list` shows the sessions that there are, `sidewinder debug setup RECIPE` makes one";
  }
  if (ChannelError.is(error) && takesChannels) {
    if (error.channel.startsWith("file:")) {
      return "a channel is a folder with a folder for each platform, a URL, or a name such as conda-forge";
    }
    // A server that answered tells by its status what is wrong.
    return error.channel.startsWith("http") && error.status === undefined
      ? "is the machine online? `-c` takes another channel, also a folder; `--offline` does with what is cached"
      : undefined;
  }
  if (SolveError.is(error) && takesChannels && error.explanation.startsWith("No candidates were found")) {
    return "look at the name and the version; `-c` names other channels";
  }
  return undefined;
}
