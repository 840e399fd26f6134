/** A real terminal: a program in tmux, its keys and its screen. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Why there is no terminal to test in, if there is none. */
export const noTerminal =
  spawnSync("tmux", ["-V"]).status === 0
    ? undefined
    : "tmux is not installed: nothing is tested in a terminal";

/** A terminal with a shell in it. */
export class Terminal {
  readonly #socket: string;

  /** Opens one of 100 columns; `folder` is where its shell stands and where its socket lies. */
  constructor(folder: string, env: Record<string, string> = {}) {
    this.#socket = join(folder, ".terminal");
    const set = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const size = ["-x", "100", "-y", "40"];
    this.#tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", folder, ...set, "PS1='outer> ' sh");
  }

  /** Types a line and Enter. */
  line(text: string): void {
    this.#tmux("send-keys", "-l", text);
    this.#tmux("send-keys", "Enter");
  }

  /** Presses a key, in tmux's words: `C-c`. */
  key(name: string): void {
    this.#tmux("send-keys", name);
  }

  /** What stands on the screen and above it. */
  screen(...options: string[]): string {
    return this.#tmux("capture-pane", "-p", "-J", "-S", "-200", ...options);
  }

  /** One of tmux's variables: `cursor_flag`. */
  state(name: string): string {
    return this.#tmux("display-message", "-p", `#{${name}}`).trim();
  }

  /** Waits until the screen agrees, and gives it. */
  async shows(pattern: RegExp): Promise<string> {
    const until = Date.now() + 45_000;
    for (;;) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
      if (Date.now() > until) throw new Error(`the terminal never showed ${pattern}:\n${screen.trimEnd()}`);
      await new Promise((look) => setTimeout(look, 50));
    }
  }

  close(): void {
    this.#tmux("kill-server");
  }

  #tmux(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("tmux", ["-S", this.#socket, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`);
    return stdout;
  }
}
