/**
 * Runs for clients that ask for no progress: they end a call after a minute, whatever it does. A longer run goes on in the
 * background, and the result says how to wait for it.
 */

import type { AgentTool, ToolCall, ToolResult } from "../../core/tool.js";

/** Time after which a call is answered, well below the minute after which clients give up. */
const ANSWER_MS = 45_000;
/** Time limit of a run in the foreground, as the tools have it by default. */
const TIMEOUT_MS = 600_000;

/** Does a call; a run that takes longer than `answerAfterMs` goes on in the background. */
export async function executeWithoutProgress(
  tool: AgentTool,
  { tools, answerAfterMs = ANSWER_MS }: { tools: readonly AgentTool[]; answerAfterMs?: number | undefined },
  input: unknown,
  call: ToolCall,
): Promise<ToolResult> {
  const [prefix] = tool.name.match(/^.*(?=(?:run_script|exec)$)/) ?? [];
  const wait = tools.find(({ name }) => prefix !== undefined && name === `${prefix}run_wait`);
  const stop = tools.find(({ name }) => prefix !== undefined && name === `${prefix}run_stop`);
  if (wait === undefined || stop === undefined || !isForeground(input))
    return await tool.execute(input, call);
  const { timeout_ms = TIMEOUT_MS, session } = input;
  const started = await tool.execute({ ...input, timeout_ms, background: true }, call);
  if (!started.ok || typeof started.run !== "string") return started;
  const run = { run: started.run, ...(session === undefined ? {} : { session }) };
  const result = await wait
    .execute({ ...run, timeout_ms: answerAfterMs }, call)
    .catch(async (error: unknown) => {
      // The client cancelled the call, or is gone.
      await stop.execute(run);
      throw error;
    });
  if (!result.ok) return result;
  if (result.running === true) {
    return { ...result, note: `it goes on in the background: wait for it with ${wait.name}` };
  }
  const { run: _run, running: _running, seconds: _seconds, last_lines: _lines, ...finished } = result;
  const { note } = started;
  return { ...finished, ...(note === undefined ? {} : { note }) } as ToolResult;
}

function isForeground(input: unknown): input is { timeout_ms?: unknown; session?: unknown } {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return false;
  return !("background" in input) || input.background === false;
}
