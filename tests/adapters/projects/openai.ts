/** A repair with the OpenAI Agents SDK and its scripted model, which keeps to the strict schemas. */

import { Agent, run } from "@openai/agents";
import { assistantMessage, functionCall, modelResponder, ScriptedModel } from "@openai/agents/testing";
import type OpenAI from "openai";
import { workspaceTools } from "sidewinder/agent";
import { callFunction, openaiTools, responsesTools } from "sidewinder/agent/openai";
import { Conversation, place, report } from "./model.js";

interface Shape {
  type?: string | string[];
  properties?: Record<string, Shape>;
  required?: string[];
  additionalProperties?: boolean;
  items?: Shape;
}

/** What a model that keeps to a strict schema sends: every property, `null` for those that it leaves out. */
function complete(shape: Shape, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => complete(shape.items ?? {}, item));
  if (typeof value !== "object" || value === null) return value;
  if (shape.additionalProperties !== false) throw new Error("an object that is not strict");
  const names = Object.keys(shape.properties ?? {});
  if (names.join() !== shape.required?.join()) throw new Error("a property that is not required");
  const values = value as Record<string, unknown>;
  return Object.fromEntries(
    names.map((name) => [name, complete(shape.properties?.[name] ?? {}, values[name] ?? null)]),
  );
}

const conversation = new Conversation();
const step = modelResponder(({ request }) => {
  const items = typeof request.input === "string" ? [] : request.input;
  const results = items.flatMap((item): [string, string][] => {
    if (!("type" in item) || item.type !== "function_call_result") return [];
    const { output } = item;
    const text = typeof output === "string" ? output : "text" in output ? String(output.text) : "";
    return [[item.callId, text]];
  });
  const call = conversation.next(results);
  if (call === undefined) return [assistantMessage("done")];
  const tool = request.tools.find(
    (candidate) => candidate.type === "function" && candidate.name === call.name,
  );
  if (tool?.type !== "function" || !tool.strict) throw new Error(`no strict tool ${call.name}`);
  const input = complete(tool.parameters as Shape, call.input) as Record<string, unknown>;
  return [functionCall(call.name, input, { callId: call.id })];
});
const model = new ScriptedModel(Array.from({ length: 8 }, () => step));

const workspace = workspaceTools(place());
try {
  const agent = new Agent({ name: "repair", model, tools: openaiTools(workspace) });
  const { finalOutput } = await run(agent, "Repair the recipe.", { maxTurns: 20 });
  // The same tools for the Responses API without the Agents SDK.
  const definitions: OpenAI.Responses.Tool[] = responsesTools(workspace);
  const item: OpenAI.Responses.ResponseInputItem = await callFunction(workspace, {
    name: "list_sessions",
    arguments: '{"package":null}',
    call_id: "1",
  });
  const unknown = await callFunction(workspace, { name: "nothing", arguments: "{", call_id: "2" });
  report({
    ...conversation.outcome(),
    text: finalOutput,
    sent: definitions.length,
    listed: JSON.parse(String(item.output)).ok,
    unknown: JSON.parse(unknown.output).code,
  });
} finally {
  await workspace.close();
}
