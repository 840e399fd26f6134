// Modules that the tests of fleets run; `input.do` says which.

import { setTimeout as wait } from "node:timers/promises";

const MODULES = {
  async build(session, { input, artifact, log }) {
    if (input.script) await session.writeBuildScript(input.script);
    const result = await session.runScript();
    log(`exit ${result.exitCode}`);
    await artifact("logs/build.log", { file: result.logPath });
    return { exitCode: result.exitCode, stdout: result.stdout.trim(), name: session.variant.name };
  },
  async throw() {
    throw new RangeError("no repair found");
  },
  async close(session) {
    await session.close();
    await session.runScript();
  },
  async large() {
    return "x".repeat(5000);
  },
  async cycle() {
    const value = {};
    value.self = value;
    return value;
  },
  async artifact(_session, { input, artifact }) {
    return await artifact(input.name, input.content);
  },
  async script(session, { input }) {
    await session.writeBuildScript(input.script);
    return (await session.runScript()).exitCode;
  },
  async stubborn() {
    await wait(600_000);
  },
  async once(_session, { attempt }) {
    if (attempt === 1) throw Object.assign(new Error("busy"), { retryable: true });
    return attempt;
  },
};

export default (session, context) => MODULES[context.input.do](session, context);
