/** Several sessions over the recipes of one folder, by id. */

import { dirname, isAbsolute } from "node:path";
import { SidewinderError } from "../../errors.js";
import { DebugSession } from "../../session/session.js";
import { invalidInput } from "../core/input.js";
import { insideRoot } from "../core/recipe-files.js";
import { type SessionState, stateOf } from "../core/session-state.js";

/** Default of `maxSessions`. */
const MAX_SESSIONS = 8;

/** How a workspace is made. */
export interface WorkspaceOptions {
  /** Folder of the recipes; nothing outside of it is read or written, except the sessions' own folders. */
  root: string;
  /** Channels of sessions, highest priority first. Default: that of `DebugSession.create`. */
  channels?: string[];
  /** Maximum number of sessions that are open at once. Default: 8. */
  maxSessions?: number;
}

/** A session of a workspace. */
export interface OpenSession extends SessionState {
  readonly id: string;
  /** Whether its folders stay when the workspace is closed. */
  readonly keep: boolean;
}

/** The sessions of an agent or a server. */
export class Workspace implements AsyncDisposable {
  readonly root: string;
  readonly channels: readonly string[] | undefined;
  readonly maxSessions: number;
  readonly #sessions = new Map<string, OpenSession>();
  /** Sessions that are being made. */
  readonly #pending = new Set<Promise<unknown>>();
  readonly #stop = new AbortController();
  /** The last call that reopens a session by its folder. */
  #attaching: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<() => void>();
  #count = 0;

  constructor({ root, channels, maxSessions = MAX_SESSIONS }: WorkspaceOptions) {
    if (!Number.isSafeInteger(maxSessions) || maxSessions < 1) {
      throw new SidewinderError("INVALID_OPTION", "`maxSessions` must be a positive integer");
    }
    this.root = root;
    this.channels = channels;
    this.maxSessions = maxSessions;
  }

  /** The open sessions, oldest first. */
  get sessions(): OpenSession[] {
    return [...this.#sessions.values()];
  }

  /** Calls a function after each session that was opened or closed. Returns a function that ends it. */
  onSessionsChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** The session with an id, or the only one. */
  get(tool: string, id: string | undefined): OpenSession {
    const known = [...this.#sessions.keys()].join(", ");
    if (id !== undefined) {
      const session = this.#sessions.get(id);
      if (session !== undefined) return session;
      throw invalidInput(
        tool,
        `unknown session \`${id}\``,
        known === "" ? "create one with create_session" : `open sessions: ${known}`,
      );
    }
    const [only, ...others] = this.#sessions.values();
    if (only === undefined) {
      throw invalidInput(tool, "no open session", "create one with create_session, or see list_sessions");
    }
    if (others.length > 0) {
      throw invalidInput(tool, "missing: session", `several sessions are open: ${known}`);
    }
    return only;
  }

  /**
   * The session with an id, or with a folder that is its handle: one that an earlier process left is reopened.
   */
  async find(
    tool: string,
    handle: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<OpenSession> {
    if (handle === undefined || !isAbsolute(handle)) return this.get(tool, handle);
    const open = (): OpenSession | undefined =>
      this.sessions.find(({ session }) => session.paths.buildDir === handle);
    // A folder can be attached once only, so calls that come at the same time wait for each other.
    const found = this.#attaching.then(() => open() ?? this.attach(tool, handle, signal));
    this.#attaching = found.catch(() => undefined);
    return await found;
  }

  /** Adds the session that `make` returns. If the workspace is closed meanwhile, so is the session. */
  async add(
    tool: string,
    { keep, signal }: { keep: boolean; signal?: AbortSignal | undefined },
    make: (signal: AbortSignal) => Promise<DebugSession>,
  ): Promise<OpenSession> {
    if (this.#sessions.size + this.#pending.size >= this.maxSessions) {
      const known = [...this.#sessions.keys()].join(", ");
      throw invalidInput(
        tool,
        `too many sessions (limit ${this.maxSessions})`,
        `close one with close_session: ${known || "they are still being created"}`,
      );
    }
    const either = AbortSignal.any([this.#stop.signal, ...(signal === undefined ? [] : [signal])]);
    either.throwIfAborted();
    const making = make(either);
    this.#pending.add(making);
    try {
      const session = await making;
      if (either.aborted) {
        await session.close({ keep });
        either.throwIfAborted();
      }
      this.#count += 1;
      const id = `${session.variant.name}-${this.#count}`;
      const open = Object.assign(stateOf(session), { id, keep });
      this.#sessions.set(id, open);
      this.#changed();
      return open;
    } finally {
      this.#pending.delete(making);
    }
  }

  /** Stops what a session runs and closes it. */
  async remove(session: OpenSession, keep = session.keep): Promise<void> {
    this.#sessions.delete(session.id);
    this.#changed();
    await session.runs.stopAll();
    await session.session.close({ keep });
  }

  /**
   * Attaches to a session that an earlier process left, if it belongs to this workspace: its folder, or that of its recipe,
   * is below the root.
   */
  async attach(tool: string, dir: string, signal: AbortSignal | undefined): Promise<OpenSession> {
    return await this.add(tool, { keep: true, signal }, async () => {
      const session = await DebugSession.attach(dir);
      const { recipePath } = session.variant;
      const places = [session.paths.buildDir, ...(recipePath === undefined ? [] : [dirname(recipePath)])];
      const isOwn = await Promise.all(
        places.map((place) =>
          insideRoot(tool, this.root, place).then(
            () => true,
            () => false,
          ),
        ),
      );
      if (isOwn.includes(true)) return session;
      await session.close({ keep: true });
      throw invalidInput(tool, `the session in \`${dir}\` is of a recipe outside of the root folder`);
    });
  }

  /** Stops and closes all sessions. Folders of sessions that were attached or have an output folder stay. */
  async close(): Promise<void> {
    this.#stop.abort(new Error("the workspace was closed"));
    await Promise.allSettled(this.#pending);
    await Promise.all(this.sessions.map((session) => this.remove(session)));
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
