/** Telling an observer, such as `sidewinder/opentelemetry`, what operations do. Costs nothing without one. */

import type { ProgressEvent } from "../generated/types.js";

/** Facts about an operation. */
export type Attributes = Record<string, string | number | boolean>;

/** One operation that goes on. */
export interface ObservedOperation {
  /** Runs the work, as part of the operation. */
  within<T>(work: () => Promise<T>): Promise<T>;
  progress(event: ProgressEvent): void;
  /** The operation succeeded. */
  succeed(attributes: Attributes): void;
  /** The operation failed. */
  fail(error: unknown): void;
}

/** Is told about operations. */
export interface Observer {
  begin(operation: string, attributes: Attributes): ObservedOperation;
}

// Registered globally: a bundler may copy this module into several bundles.
const KEY = Symbol.for("sidewinder.telemetry.observer");
const registry = globalThis as { [KEY]?: Observer | undefined };

/** Sets the observer, or removes it. */
export function setObserver(observer: Observer | undefined): void {
  registry[KEY] = observer;
}

/** An operation as it is told to the observer. */
export interface Operation<T> {
  name: string;
  attributes?: Attributes;
  /** Receives progress; the observer gets it, too. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Attributes of the result. */
  describe?: (result: T) => Attributes;
}

/** Does work, and reports it to the observer. */
export async function observed<T>(
  { name, attributes = {}, onProgress, describe }: Operation<T>,
  work: (onProgress: ((event: ProgressEvent) => void) | undefined) => Promise<T>,
): Promise<T> {
  const operation = registry[KEY]?.begin(name, attributes);
  if (operation === undefined) return await work(onProgress);
  const report = (event: ProgressEvent): unknown => {
    operation.progress(event);
    // What it returns is passed on: a rejected promise stops the work.
    return onProgress?.(event);
  };
  try {
    const result = await operation.within(() => work(report));
    operation.succeed(describe?.(result) ?? {});
    return result;
  } catch (error) {
    operation.fail(error);
    throw error;
  }
}
