import { deserialize, serialize } from 'node:v8';

/** What crossing a port costs for one top-level field of a value. */
export interface FieldCost {
  /** The field's name; empty when the value has no fields. */
  readonly field: string;
  readonly bytes: number;
  readonly us: number;
  /** Of all fields together, 0 to 1. */
  readonly share: number;
  /** What is left when its buffer is moved instead of copied; undefined when it is no buffer. */
  readonly movedUs: number | undefined;
}

/** What crossing a port costs for one value. */
export interface CloneCost {
  readonly bytes: number;
  /** Writing it on one side and reading it on the other, in microseconds of CPU time. */
  readonly us: number;
  /** Dearest first. */
  readonly fields: readonly FieldCost[];
}

/** Measures how many microseconds one run of `work` takes. */
export type Stopwatch = (work: () => void) => number;

const MAX_IN_BATCH = 256;
const MAX_BATCH_BYTES = 1_048_576;
const SAMPLES = 7;
const SAMPLE_MS = 10;

/** The quickest of several samples, each long enough for the clock: what else the machine does only ever adds. */
export const stopwatch: Stopwatch = (work) => {
  let times = 1;
  while (elapsedMs(work, times) < SAMPLE_MS && times < 2 ** 24) times *= 2;
  return (Math.min(...Array.from({ length: SAMPLES }, () => elapsedMs(work, times))) * 1000) / times;
};

function elapsedMs(work: () => void, times: number): number {
  const begun = performance.now();
  for (let i = 0; i < times; i++) work();
  return performance.now() - begun;
}

/** Says what cloning a value costs and which top-level fields it goes to. Uses the serializer that ports use. */
export function cloneCost(value: unknown, timeUs: Stopwatch = stopwatch): CloneCost {
  const parts = partsOf(value).map(([field, part]) => ({
    field,
    bytes: serialize(part).byteLength,
    // With its name, which is cloned as well.
    us: cloneUs(field === '' ? part : { [field]: part }, timeUs),
    movedUs: movedUs(part, timeUs),
  }));
  const sum = parts.reduce((total, { us }) => total + us, 0);
  return {
    bytes: serialize(value).byteLength,
    us: cloneUs(value, timeUs),
    fields: parts
      .map((part) => ({ ...part, share: sum === 0 ? 0 : part.us / sum }))
      .sort((a, b) => b.us - a.us),
  };
}

/** Values are cloned by the batch, as they travel: starting the serializer costs more than most values do. */
function cloneUs(value: unknown, timeUs: Stopwatch): number {
  const count = Math.max(
    1,
    Math.min(MAX_IN_BATCH, Math.floor(MAX_BATCH_BYTES / serialize(value).byteLength)),
  );
  const batch = Array.from({ length: count }, () => deserialize(serialize(value)) as unknown);
  return timeUs(() => void deserialize(serialize(batch))) / count;
}

function partsOf(value: unknown): [string, unknown][] {
  const hasFields = typeof value === 'object' && value !== null && bufferOf(value) === undefined;
  return hasFields ? Object.entries(value) : [['', value]];
}

function bufferOf(value: unknown): ArrayBuffer | undefined {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  return buffer instanceof ArrayBuffer ? buffer : undefined;
}

function movedUs(value: unknown, timeUs: Stopwatch): number | undefined {
  let buffer = bufferOf(value)?.slice(0);
  if (buffer === undefined) return undefined;
  return timeUs(() => {
    if (buffer !== undefined) buffer = structuredClone(buffer, { transfer: [buffer] });
  });
}
