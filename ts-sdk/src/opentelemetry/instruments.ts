/** The instruments that measurements are recorded with. */

import type { Counter, Histogram, Meter } from "@opentelemetry/api";

/** All instruments. Durations are in seconds, as OpenTelemetry's conventions ask for. */
export interface Instruments {
  operationDuration: Histogram;
  phaseDuration: Histogram;
  downloadedBytes: Counter;
  packages: Counter;
  scriptCpu: Counter;
  scriptWrittenBytes: Counter;
  scriptMemory: Histogram;
}

/** Creates them. */
export function createInstruments(meter: Meter): Instruments {
  return {
    operationDuration: meter.createHistogram("sidewinder.operation.duration", {
      unit: "s",
      description: "Duration of calls such as create, run and fork",
    }),
    phaseDuration: meter.createHistogram("sidewinder.phase.duration", {
      unit: "s",
      description: "Duration of phases such as solve, download and link",
    }),
    downloadedBytes: meter.createCounter("sidewinder.download.size", {
      unit: "By",
      description: "Bytes of packages, indexes and sources that were downloaded",
    }),
    packages: meter.createCounter("sidewinder.packages", {
      unit: "{package}",
      description:
        "Packages that were linked, by whether they came from the cache (`hit`) or were downloaded (`miss`)",
    }),
    scriptCpu: meter.createCounter("sidewinder.script.cpu.time", {
      unit: "s",
      description: "Processor time of scripts",
    }),
    scriptWrittenBytes: meter.createCounter("sidewinder.script.written", {
      unit: "By",
      description: "Bytes that scripts wrote",
    }),
    scriptMemory: meter.createHistogram("sidewinder.script.memory.peak", {
      unit: "By",
      description: "Peak memory of scripts",
    }),
  };
}
