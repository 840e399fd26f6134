/** Writes what a repair came to, for pages whose programs print only what a reader would print. */

import { writeFileSync } from "node:fs";
import { Conversation } from "../script.js";

/** The conversation of the page's program. */
export const conversation = new Conversation();
process.on("exit", () => writeFileSync("outcome.json", JSON.stringify(conversation.outcome())));
