// usage: node demo/main.mjs --embedded FOLDER [--channel CHANNEL]...
//
// The walkthrough takes its packages from the given channels, else from the embedded one; the other parts are
// about packages that only the embedded one has.

import { parseArgs } from "node:util";
import { packageAndTest } from "./package.mjs";
import { repair } from "./repair.mjs";
import { walkthrough } from "./walkthrough.mjs";

const { values } = parseArgs({
  options: { embedded: { type: "string" }, channel: { type: "string", multiple: true } },
});
const embedded = [values.embedded];
const print = (text) => console.log(text);

print("== The walkthrough ==\n");
await walkthrough(
  values.channel === undefined
    ? { channels: embedded, extra: "libgreet", print }
    : { channels: values.channel, extra: "zlib", print },
);
print("\n== A build that fails, and is repaired ==\n");
await repair({ channels: embedded, print });
print("\n== The repaired build, packaged and tested ==\n");
await packageAndTest({ channels: embedded, print });
