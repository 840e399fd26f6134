/** Whether a stream is to have colours, and whether it can be drawn on. */

interface Stream {
  isTTY?: boolean;
}

/** `NO_COLOR` and `FORCE_COLOR` win over what the stream is. */
export function hasColours(stream: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0";
  return isDrawable(stream, env);
}

/** Whether the cursor can be moved: on a terminal that is not `dumb`. */
export function isDrawable(stream: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && env.TERM !== "dumb";
}
