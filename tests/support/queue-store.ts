/** A Redis or PostgreSQL of the tests' own, on loopback, with its data in a temporary folder. */

import { execFile, spawn, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A running store. */
export interface QueueStore {
  url: string;
  /** Ends the store; its data stays. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with the same data. */
  start(): Promise<void>;
  /** Ends it for good. */
  remove(): Promise<void>;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether a Redis server is installed. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** Starts a Redis that loses nothing when it is killed. */
export async function startRedis(): Promise<QueueStore> {
  const folder = await mkdtemp(join(tmpdir(), "sidewinder-redis-"));
  const port = await freePort();
  const args = [
    "--port",
    String(port),
    "--dir",
    folder,
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--save",
    "",
  ];
  return await runStore(`redis://127.0.0.1:${port}`, folder, port, () =>
    spawn("redis-server", ["--bind", "127.0.0.1", ...args], { stdio: "ignore" }),
  );
}

/** The folder of PostgreSQL's programs, where it is installed. */
export async function postgresPrograms(): Promise<string | undefined> {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  const [latest] = versions.sort((a, b) => Number(b) - Number(a));
  return latest === undefined ? undefined : `/usr/lib/postgresql/${latest}/bin`;
}

/** Starts a PostgreSQL; as administrator it runs as another user, since it refuses to run as root. */
export async function startPostgres(programs: string): Promise<QueueStore> {
  const folder = await mkdtemp(join(tmpdir(), "sidewinder-postgres-"));
  const user = process.getuid?.() === 0 ? "postgres" : undefined;
  const as = (program: string, args: string[]): [string, string[]] =>
    user === undefined
      ? [program, args]
      : ["setpriv", [`--reuid=${user}`, `--regid=${user}`, "--clear-groups", program, ...args]];
  if (user !== undefined) {
    await promisify(execFile)("chown", [user, folder]);
    await chmod(folder, 0o700);
  }
  const data = join(folder, "data");
  await promisify(execFile)(...as(join(programs, "initdb"), ["-D", data, "-A", "trust", "-U", "postgres"]));
  const port = await freePort();
  const args = ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-k", folder];
  return await runStore(`postgres://postgres@127.0.0.1:${port}/postgres`, folder, port, () =>
    spawn(...as(join(programs, "postgres"), [...args, "-c", "max_connections=200"]), { stdio: "ignore" }),
  );
}

async function runStore(
  url: string,
  folder: string,
  port: number,
  launch: () => ReturnType<typeof spawn>,
): Promise<QueueStore> {
  let child: ReturnType<typeof spawn> | undefined;
  const store: QueueStore = {
    url,
    async kill() {
      const running = child;
      child = undefined;
      if (running === undefined) return;
      const ended = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGKILL");
      await ended;
    },
    async start() {
      child = launch();
      while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    async remove() {
      await store.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await store.start();
  return store;
}

/** Whether something listens on a port. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
