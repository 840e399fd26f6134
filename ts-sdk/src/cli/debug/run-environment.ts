/** The environment that a run of a session has, as the session itself sets it up. */

import { mkdtemp, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SidewinderError } from "../../errors.js";
import type { DebugSession } from "../../session/session.js";

const TARGET = "SIDEWINDER_ENVIRONMENT_FILE";
const NETWORK = "/proc/self/ns/net";
/** Variables of the command that reads them, not of the build. */
const OWN = [TARGET, "_"];

/** What a run would find, and whether it may reach the network. */
export interface RunEnvironment {
  /** The bash that runs the build script. */
  bash: string;
  environment: NodeJS.ProcessEnv;
  hasNetwork: boolean;
}

/**
 * Reads the environment from a command that runs in it.
 *
 * By way of a file that only this user can read: in output, secrets are masked.
 *
 * @throws SidewinderError with code `ACTIVATION_FAILED` when a package's script keeps it from being set up.
 */
export async function runEnvironment(session: DebugSession, signal: AbortSignal): Promise<RunEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), "sidewinder-environment-"));
  try {
    const file = join(folder, "environment");
    const line = `{ printf '%s\\0' "$BASH"; env -0; } > "$${TARGET}" && { readlink ${NETWORK} || true; }`;
    const result = await session.exec(line, { env: { [TARGET]: file }, signal });
    if (!result.success) {
      throw new SidewinderError(
        "ACTIVATION_FAILED",
        `the environment cannot be set up: ${result.stderr.trim()}`,
        {
          hint: `look at ${session.paths.buildEnvScript}`,
        },
      );
    }
    const [bash = "bash", ...entries] = (await readFile(file, "utf8"))
      .split("\0")
      .filter((entry) => entry !== "");
    const environment = Object.fromEntries(entries.map(nameAndValue).filter(([name]) => !OWN.includes(name)));
    const network = result.stdout.trim();
    return { bash, environment, hasNetwork: network === "" || network === (await readlink(NETWORK)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nameAndValue(entry: string): [string, string] {
  const at = entry.indexOf("=");
  return [entry.slice(0, at), entry.slice(at + 1)];
}
