/** Parses JSON and keeps floats, which {@link canonicalJson} writes unchanged. */
export function parseKeepingFloats(json: string): unknown;
/** The canonical text of a value, which {@link parseKeepingFloats} may have returned. */
export function canonicalJson(value: unknown): string;
