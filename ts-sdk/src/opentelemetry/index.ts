/**
 * Traces and metrics of sessions for OpenTelemetry.
 *
 * Requires `@opentelemetry/api`, which is an optional peer dependency: the rest of sidewinder never loads it.
 */

import { type MeterProvider, metrics, type TracerProvider, trace } from "@opentelemetry/api";
import { setObserver } from "../session/telemetry.js";
import { VERSION } from "../version.js";
import { createInstruments } from "./instruments.js";
import { TracedOperation } from "./traced-operation.js";

/** Where spans and measurements go. */
export interface InstrumentOptions {
  /** Default: the global tracer provider. */
  tracerProvider?: TracerProvider;
  /** Default: the global meter provider. */
  meterProvider?: MeterProvider;
}

/** Name of the tracer and of the meter. */
const NAME = "sidewinder";

/**
 * Starts to report operations of all sessions of this process as spans and measurements. A second call replaces the first.
 *
 * @returns A function that stops it.
 *
 * @example
 * import { instrument } from "sidewinder/opentelemetry";
 * const stop = instrument();
 * stop();
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  const tracer = (options.tracerProvider ?? trace).getTracer(NAME, VERSION);
  const instruments = createInstruments((options.meterProvider ?? metrics).getMeter(NAME, VERSION));
  const observer = {
    begin: (operation: string, attributes: Record<string, string | number | boolean>) =>
      new TracedOperation(tracer, instruments, operation, attributes),
  };
  setObserver(observer);
  return () => setObserver(undefined);
}
