/** One operation as a span, with a child span for each phase, and its measurements. */

import { type Attributes, context, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { SidewinderError } from "../errors.js";
import type { ProgressEvent } from "../generated/types.js";
import type { ObservedOperation } from "../session/telemetry.js";
import type { Instruments } from "./instruments.js";

type PhaseEvent = Extract<ProgressEvent, { kind: "phase" }>;

export class TracedOperation implements ObservedOperation {
  readonly #started = performance.now();
  readonly #span: Span;
  readonly #phases = new Map<string, { span: Span; started: number }[]>();
  /** How much of each file arrived. */
  readonly #transfers = new Map<string, number>();
  readonly #downloaded = new Set<string>();
  readonly #counts = { hit: 0, miss: 0, bytes: 0 };

  constructor(
    readonly tracer: Tracer,
    readonly instruments: Instruments,
    readonly operation: string,
    attributes: Attributes,
  ) {
    this.#span = tracer.startSpan(`sidewinder.${operation}`, { attributes });
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    return await context.with(trace.setSpan(context.active(), this.#span), work);
  }

  progress(event: ProgressEvent): void {
    if (event.kind === "phase") this.#phase(event);
    else if (event.kind === "transfer") this.#transfer(event.name, event.bytes);
    else if (event.kind === "package" && event.action === "downloaded") this.#downloaded.add(event.name);
    else if (event.kind === "package" && event.action === "linked") this.#linked(event.name);
    else if (event.kind === "log" && event.level === "warning") {
      this.#span.addEvent("warning", { message: event.message });
    }
  }

  succeed(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
    const measured = ["cpuMs", "writtenBytes", "maxMemoryBytes"].map((name) =>
      Number(attributes[`sidewinder.script.${name}`] ?? 0),
    );
    const [cpuMs = 0, written = 0, memory = 0] = measured;
    if (cpuMs > 0) this.instruments.scriptCpu.add(cpuMs / 1000);
    if (written > 0) this.instruments.scriptWrittenBytes.add(written);
    if (memory > 0) this.instruments.scriptMemory.record(memory);
    this.#end({});
  }

  fail(error: unknown): void {
    const code = SidewinderError.is(error) ? error.code : error instanceof Error ? error.name : "unknown";
    const message = error instanceof Error ? error.message : String(error);
    this.#span.recordException(error instanceof Error ? error : message);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
    this.#end({ "error.type": code });
  }

  #end(attributes: Attributes): void {
    const now = Date.now();
    for (const { span } of [...this.#phases.values()].flat()) span.end(now);
    const { hit, miss, bytes } = this.#counts;
    if (hit + miss > 0)
      this.#span.setAttributes({ "sidewinder.cache.hits": hit, "sidewinder.cache.misses": miss });
    if (bytes > 0) this.#span.setAttribute("sidewinder.download.size", bytes);
    this.#span.setAttributes(attributes);
    this.#span.end();
    const seconds = (performance.now() - this.#started) / 1000;
    this.instruments.operationDuration.record(seconds, {
      "sidewinder.operation": this.operation,
      ...attributes,
    });
  }

  #phase({ phase, state, environment, durationMs }: PhaseEvent): void {
    const attributes = {
      "sidewinder.phase": phase,
      ...(environment === undefined ? {} : { "sidewinder.environment": environment }),
    };
    const key = `${phase} ${environment ?? ""}`;
    const open = this.#phases.get(key) ?? [];
    this.#phases.set(key, open);
    if (state === "started") {
      const started = Date.now();
      const parent = trace.setSpan(context.active(), this.#span);
      const span = this.tracer.startSpan(
        `sidewinder.phase.${phase}`,
        { attributes, startTime: started },
        parent,
      );
      open.push({ span, started });
      return;
    }
    const begun = open.pop();
    // Events wait while JavaScript is busy; the duration was measured where the work was done.
    begun?.span.end(durationMs === undefined ? Date.now() : begun.started + durationMs);
    if (durationMs !== undefined) this.instruments.phaseDuration.record(durationMs / 1000, attributes);
  }

  #transfer(name: string, bytes: number): void {
    const before = this.#transfers.get(name) ?? 0;
    // A download that starts again counts from zero.
    const added = bytes >= before ? bytes - before : bytes;
    this.#transfers.set(name, bytes);
    if (added === 0) return;
    this.#counts.bytes += added;
    this.instruments.downloadedBytes.add(added);
  }

  #linked(name: string): void {
    // Both environments may link a package that was downloaded once.
    const result = this.#downloaded.has(name) ? "miss" : "hit";
    this.#counts[result] += 1;
    this.instruments.packages.add(1, { "sidewinder.cache.result": result });
  }
}
