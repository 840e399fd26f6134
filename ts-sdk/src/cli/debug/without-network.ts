/** A process in the network of a session that has none (Linux). */

import { accessSync, constants, readlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { SidewinderError } from "../../errors.js";
import type { DebugSession } from "../../session/session.js";

/**
 * Does work while a command of the session waits, whose network a further process can enter.
 *
 * @param work Gets the words that stand before a command which is to have that network.
 * @throws SidewinderError with code `UNSUPPORTED` where the system has no `nsenter`.
 */
export async function withNetworkOf<T>(
  session: DebugSession,
  signal: AbortSignal,
  work: (before: string[]) => Promise<T>,
): Promise<T> {
  const nsenter = find("nsenter");
  if (nsenter === undefined) {
    throw new SidewinderError(
      "UNSUPPORTED",
      "a shell without network needs the program nsenter of util-linux",
      {
        hint: "install util-linux, or use `sidewinder debug exec`",
      },
    );
  }
  const done = new AbortController();
  let waiting: Promise<unknown> = Promise.resolve();
  const pid = await new Promise<string>((resolve, reject) => {
    waiting = session
      .exec("echo $$; exec sleep infinity", {
        signal: AbortSignal.any([done.signal, signal]),
        onStdout: resolve,
      })
      .then(() => reject(new Error("the command that holds the network ended")), reject);
  });
  try {
    const holder = pid.trim();
    // As an ordinary user, a session has users of its own as well.
    const isSameUser = readlinkSync(`/proc/${holder}/ns/user`) === readlinkSync("/proc/self/ns/user");
    const user = isSameUser ? [] : ["--user", "--preserve-credentials"];
    return await work([nsenter, "--target", holder, ...user, "--net", "--"]);
  } finally {
    done.abort();
    await waiting;
  }
}

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/bin"];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
