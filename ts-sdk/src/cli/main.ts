#!/usr/bin/env node
/** The command line: `sidewinder render | check | debug`. */

import { SidewinderError } from "../errors.js";
import { check, checkUsage } from "./check.js";
import { debug, debugUsage } from "./debug.js";
import { mcp, mcpUsage } from "./mcp.js";
import { render, renderUsage } from "./render.js";
import { UsageError } from "./usage.js";

const USAGE = `sidewinder: parse and render conda recipes, and debug their builds

${renderUsage}
${checkUsage}
${debugUsage}
${mcpUsage}`;

async function main([command, ...rest]: string[]): Promise<number> {
  switch (command) {
    case "render":
      return await render(rest);
    case "check":
      return await check(rest);
    case "debug":
      return await debug(rest);
    case "mcp":
      return await mcp(rest);
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(USAGE);
      return 0;
    default:
      throw new UsageError(command === undefined ? "which command?" : `there is no command \`${command}\``);
  }
}

function report(error: unknown): number {
  if (error instanceof UsageError || isParseArgsError(error)) {
    process.stderr.write(`sidewinder: ${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (SidewinderError.is(error)) {
    process.stderr.write(`error[${error.code}]: ${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`hint: ${error.hint}\n`);
    return 1;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
}

process.exitCode = await main(process.argv.slice(2)).catch(report);
