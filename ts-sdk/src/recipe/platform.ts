/** The platform of the machine, in conda's names. */

/** A conda platform ("subdir"), e.g. `linux-64`, `osx-arm64`, `win-64`, `noarch`. */
export type Platform = string;

const SYSTEMS: Record<string, string> = { linux: "linux", darwin: "osx", win32: "win" };
const PROCESSORS: Record<string, string> = {
  x64: "64",
  ia32: "32",
  arm64: "aarch64",
  ppc64: "ppc64le",
  s390x: "s390x",
  riscv64: "riscv64",
};

/** The platform of the machine as conda names it; `linux-64` where there is none, as in a browser. */
export function machinePlatform(): string {
  const process = globalThis.process as { platform?: string; arch?: string } | undefined;
  const system = SYSTEMS[process?.platform ?? ""];
  const processor = PROCESSORS[process?.arch ?? ""];
  if (system === undefined || processor === undefined) return "linux-64";
  // conda says `arm64` on macOS and Windows, and `aarch64` on Linux.
  return system !== "linux" && processor === "aarch64" ? `${system}-arm64` : `${system}-${processor}`;
}
