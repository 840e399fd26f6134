/** A client of `sidewinder mcp`, over its standard input and output. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./workbench.js";

/** A client of the server: requests by line, answers by id. */
export class Client {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number | string | null, (message: Record<string, unknown>) => void>();
  readonly ended: Promise<number | null>;
  /** What the server sent without being asked. */
  readonly notifications: { method: string; params: Record<string, unknown> }[] = [];
  #next = 1;

  constructor(args: string[], env: NodeJS.ProcessEnv = {}) {
    const program = join(root, "ts-sdk/dist/cli/main.js");
    this.#process = spawn(process.execPath, [program, "mcp", ...args], { env: { ...process.env, ...env } });
    this.ended = new Promise((resolve) => this.#process.on("close", resolve));
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      const message = JSON.parse(line);
      if (message.method !== undefined) this.notifications.push(message);
      this.#waiting.get(message.id)?.(message);
    });
  }

  send(message: object): void {
    this.#process.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by their fields
  request(method: string, params: object = {}): Promise<any> {
    const id = this.#next++;
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.send({ id, method, params });
    return answer;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by their fields
  async call(name: string, args: object = {}): Promise<any> {
    const { result, error } = await this.request("tools/call", { name, arguments: args });
    if (error !== undefined) throw new Error(error.message);
    const [{ text }] = result.content;
    return JSON.parse(text);
  }

  /** The server's process. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Opens the connection as clients of versions before 2026-07-28 do. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by their fields
  async open(protocolVersion = "2025-11-25"): Promise<any> {
    const clientInfo = { name: "test", version: "0" };
    const hello = await this.request("initialize", { protocolVersion, capabilities: {}, clientInfo });
    this.send({ method: "notifications/initialized" });
    return hello.result;
  }

  /** Sends a signal; gives the exit code. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#process.kill(signal);
    return this.ended;
  }

  /** Sends text as it is. */
  write(text: string): void {
    this.#process.stdin.write(text);
  }

  /** Reads no more, as a client that is gone. */
  goAway(): void {
    this.#process.stdout.destroy();
  }

  async end(): Promise<number | null> {
    this.#process.stdin.end();
    return this.ended;
  }
}
