/** A real terminal: a shell in tmux, typed into and looked at as a person would. */

import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";

/** Whether there is tmux. */
export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

if (!hasTmux) console.warn("skipped: tests in a terminal; install tmux");

/** What is on the screen, and how. */
export interface Screen {
  text: string;
  /** With the escape sequences of colors. */
  colored: string;
  isCursorShown: boolean;
}

/** A terminal with bash in it, whose prompt is `% `; ended by `await using`. */
export class Terminal implements AsyncDisposable {
  readonly #sockets: string;

  private constructor(sockets: string) {
    this.#sockets = sockets;
  }

  /** Opens one. */
  static async open(settings: {
    cwd: string;
    env: NodeJS.ProcessEnv;
    columns?: number;
    rows?: number;
  }): Promise<Terminal> {
    const { cwd, env, columns = 80, rows = 24 } = settings;
    const terminal = new Terminal(await mkdtemp(join(tmpdir(), "sidewinder-tmux-")));
    const bash = ["env", "PS1=% ", "bash", "--norc", "--noprofile"];
    const size = ["-x", String(columns), "-y", String(rows), "-c", cwd];
    await terminal.#tmux(["-f", "/dev/null", "new-session", "-d", ...size, ...bash], env);
    try {
      await terminal.until(/^%/m);
    } catch (error) {
      await terminal[Symbol.asyncDispose]();
      throw error;
    }
    return terminal;
  }

  /** Types a line, and Enter. */
  async type(line: string): Promise<void> {
    await this.#tmux(["send-keys", "-l", line]);
    await this.key("Enter");
  }

  /** Presses a key, as tmux names it: `C-c`, `Enter`. */
  async key(name: string): Promise<void> {
    await this.#tmux(["send-keys", name]);
  }

  /** Makes the window larger or smaller. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux(["resize-window", "-x", String(columns), "-y", String(rows)]);
  }

  /** What is on the screen now. */
  async screen(): Promise<Screen> {
    const [text, colored, cursor] = await Promise.all([
      this.#tmux(["capture-pane", "-p"]),
      this.#tmux(["capture-pane", "-p", "-e"]),
      this.#tmux(["display-message", "-p", "#{cursor_flag}"]),
    ]);
    return { text: text.trimEnd(), colored, isCursorShown: cursor.trim() === "1" };
  }

  /** Waits until the screen shows this. */
  async until(wanted: RegExp): Promise<Screen> {
    return await vi.waitFor(
      async () => {
        const screen = await this.screen();
        if (!wanted.test(screen.text)) throw new Error(`the screen does not show ${wanted}:\n${screen.text}`);
        return screen;
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(["kill-server"]);
    await rm(this.#sockets, { recursive: true, force: true });
  }

  async #tmux(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
    const { TMUX: _outer, ...rest } = env;
    const { stdout } = await promisify(execFile)("tmux", args, {
      env: { ...rest, TMUX_TMPDIR: this.#sockets },
    });
    return stdout;
  }
}
