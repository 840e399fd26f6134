/** Sessions in processes of their own, which can be killed. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DebugSessionOptions, RenderedVariant } from "../../ts-sdk/src/index.js";
import { root } from "./workbench.js";

/** What the process says: a progress event, or that it begins, or has made the session. */
export interface Said {
  kind: string;
  phase?: string;
  state?: string;
  dir?: string;
}

/** A process that makes a session. */
export class SessionProcess {
  readonly child: ChildProcess;
  readonly said: Said[] = [];
  readonly #ended: Promise<unknown>;

  constructor(variant: RenderedVariant, options: DebugSessionOptions, env: Record<string, string> = {}) {
    this.child = spawn(
      process.execPath,
      [join(root, "tests/support/session-process.mjs"), JSON.stringify({ variant, options })],
      { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } },
    );
    this.#ended = once(this.child, "close");
  }

  /** Waits until it says this, or ends without saying it. */
  async until(wanted: (said: Said) => boolean): Promise<Said | undefined> {
    if (this.child.stdout === null) throw new Error("the process has no output");
    for await (const line of createInterface(this.child.stdout)) {
      const said = JSON.parse(line) as Said;
      this.said.push(said);
      if (wanted(said)) return said;
    }
    return undefined;
  }

  /** Kills it, and waits until it is gone. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    this.child.stdout?.resume();
    await this.#ended;
  }

  /** Has it close its session and end; gives its exit code. */
  async finish(): Promise<number | null> {
    this.child.stdin?.end();
    this.child.stdout?.resume();
    await this.#ended;
    return this.child.exitCode;
  }
}
