/** A process of a sandbox: output as streams while it runs. */

import type { SessionCommands } from "../core/session-commands.js";

/** What a process is started with. */
export interface SpawnOptions {
  command: string;
  workingDirectory?: string;
  env?: Record<string, string>;
  abortSignal?: AbortSignal;
  stdin?: boolean;
}

/** A running process with its streams. */
export interface SessionProcess {
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly stdin: WritableStream<Uint8Array>;
  wait(): Promise<{ exitCode: number }>;
  kill(): Promise<void>;
}

/** Starts a command. The session runs no other until it has ended. */
export async function spawnProcess(
  commands: SessionCommands,
  options: SpawnOptions,
): Promise<SessionProcess> {
  const { command, workingDirectory, env, abortSignal, stdin } = options;
  const killed = new AbortController();
  const signal = AbortSignal.any([killed.signal, ...(abortSignal === undefined ? [] : [abortSignal])]);
  const [stdout, stderr] = [textStream(), textStream()];
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const result = commands.run(command, {
    cwd: workingDirectory,
    background: true,
    signal,
    ...(env === undefined ? {} : { env }),
    ...(stdin === true ? { stdin: input.readable as unknown as AsyncIterable<Uint8Array> } : {}),
    onStdout: (text) => stdout.push(text),
    onStderr: (text) => stderr.push(text),
  });
  // Ends the streams; how the process ended is up to `wait`.
  const ended = result
    .then(
      () => undefined,
      () => undefined,
    )
    .finally(() => {
      stdout.end();
      stderr.end();
    });
  return {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin: input.writable,
    async wait() {
      try {
        return { exitCode: (await result).exitCode };
      } catch (error) {
        // 128 + SIGKILL, as a shell reports it.
        if (killed.signal.aborted) return { exitCode: 137 };
        throw error;
      }
    },
    async kill() {
      killed.abort(new Error("the process was killed"));
      await ended;
    },
  };
}

/** A stream of bytes that text is pushed to. */
function textStream(): { stream: ReadableStream<Uint8Array>; push(text: string): void; end(): void } {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isOpen = true;
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start: (created) => {
      controller = created;
    },
    // The process goes on when nobody reads its output.
    cancel: () => {
      isOpen = false;
    },
  });
  return {
    stream,
    push: (text) => {
      if (isOpen) controller?.enqueue(encoder.encode(text));
    },
    end: () => {
      if (isOpen) controller?.close();
      isOpen = false;
    },
  };
}
