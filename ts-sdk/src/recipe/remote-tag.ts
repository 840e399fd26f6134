/** The commit of a tag in a remote git repository, asked from the `git` program. Node.js only. */

import { SidewinderError, SourceError } from "../errors.js";

/** Protocols that a recipe may make git use. `ext::` would run a program of the recipe's choice. */
const PROTOCOLS = "https:http:git:ssh:file";

/** The commit that a tag stands for. Code `SOURCE_FAILED` if the repository does not answer or has no such tag. */
export async function commitOfTag(url: string, tag: string, signal?: AbortSignal): Promise<string> {
  const builtins = globalThis.process as { getBuiltinModule?: (name: string) => unknown } | undefined;
  const child = builtins?.getBuiltinModule?.("node:child_process") as
    | typeof import("node:child_process")
    | undefined;
  if (child === undefined) {
    throw new SidewinderError("NODE_ONLY", "commits of tags can be looked up in Node.js only", {
      hint: "pass the commit in `sources`",
    });
  }
  const output = await new Promise<string>((resolve, reject) => {
    const options = {
      env: { ...process.env, GIT_ALLOW_PROTOCOL: PROTOCOLS, GIT_TERMINAL_PROMPT: "0" },
      ...(signal === undefined ? {} : { signal }),
    };
    const wanted = [`refs/tags/${tag}`, `refs/tags/${tag}^{}`];
    child.execFile("git", ["ls-remote", "--", url, ...wanted], options, (error, stdout, stderr) => {
      if (error === null) return resolve(String(stdout));
      const [reason = error.message] = String(stderr).trim().split("\n").slice(-1);
      reject(
        new SourceError("SOURCE_FAILED", `failed to read the tags of \`${url}\`: ${reason}`, {
          url,
          cause: error,
        }),
      );
    });
  });
  const commits = new Map(output.split("\n").map((line) => line.split("\t").reverse() as [string, string]));
  // An annotated tag is an object of its own; `^{}` is the commit that it points to.
  const commit = commits.get(`refs/tags/${tag}^{}`) ?? commits.get(`refs/tags/${tag}`);
  if (commit !== undefined) return commit;
  throw new SourceError("SOURCE_FAILED", `no tag \`${tag}\` in \`${url}\``, {
    url,
    hint: "check how the project names its tags",
  });
}
