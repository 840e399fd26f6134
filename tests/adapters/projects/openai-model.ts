/** The scripted model of the OpenAI Agents SDK, which keeps to strict schemas. */

import { assistantMessage, functionCall, modelResponder, ScriptedModel } from "@openai/agents/testing";
import type { Conversation } from "./script.js";

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

/** Makes a model for at most 8 turns. */
export function scriptedModel(conversation: Conversation): ScriptedModel {
  const step = modelResponder(({ request }) => {
    const items = typeof request.input === "string" ? [] : request.input;
    const results = items.flatMap((item): [string, string][] => {
      if ("type" in item && item.type === "apply_patch_call_output")
        return [[item.callId, item.output ?? ""]];
      if (!("type" in item) || item.type !== "function_call_result") return [];
      const { output } = item;
      const text = typeof output === "string" ? output : "text" in output ? String(output.text) : "";
      return [[item.callId, text]];
    });
    const call = conversation.next(results);
    if (call === undefined) return [assistantMessage("done")];
    const { id: callId, name, input } = call;
    if (name === "apply_patch") {
      const operation = input as { type: "update_file"; path: string; diff: string };
      return [{ type: "apply_patch_call", callId, status: "in_progress", operation }];
    }
    const tool = request.tools.find((candidate) => candidate.type === "function" && candidate.name === name);
    if (tool?.type !== "function") throw new Error(`no tool ${name}`);
    const values = tool.strict ? complete(tool.parameters as Shape, input) : input;
    return [functionCall(name, values as Record<string, unknown>, { callId })];
  });
  return new ScriptedModel(Array.from({ length: 8 }, () => step));
}
