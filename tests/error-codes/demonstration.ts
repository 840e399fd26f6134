/** What a demonstration of an error code returns: the error as a caller sees it. */
export interface Raised {
  code: string;
  message: string;
  hint?: string;
}

/** Makes the real thing fail. Rejects, or returns the error that another process printed. */
export type Demonstration = () => Promise<unknown>;

/** Runs a demonstration and returns its error. */
export async function raised(demonstrate: Demonstration): Promise<Raised> {
  let outcome: unknown;
  try {
    outcome = await demonstrate();
  } catch (error) {
    outcome = error;
  }
  const { code, message, hint } = (outcome ?? {}) as Partial<Raised>;
  if (typeof code !== "string" || typeof message !== "string") {
    throw new Error("the demonstration raised no error with a code", { cause: outcome });
  }
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
