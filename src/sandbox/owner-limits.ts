import { PhlowError } from '../errors.js';
import { parseByteSize, parseDuration, parseRate } from '../manifest/units.js';
import { didYouMean } from '../nearest.js';
import { isMap } from '../values.js';
import type { ModuleLimits } from './limits.js';

/** How each limit is written in a flow, and which figure it is. */
const ROWS: Readonly<
  Record<string, readonly [keyof ModuleLimits, (value: unknown) => number | undefined, string]>
> = {
  memory: ['memoryBytes', parseByteSize, 'a size such as 64MiB'],
  call: ['callMs', parseDuration, 'a length of time such as 2s'],
  cpu: ['cpuMsPerSecond', (value) => perSecond(value, parseDuration), 'a share such as 30s/min'],
  reply: ['replyBytes', parseByteSize, 'a size such as 1MiB'],
  log: ['logBytesPerSecond', (value) => perSecond(value, parseByteSize), 'a rate such as 64KiB/s'],
};

/**
 * Reads `limits:` of a flow's `modules:` entry, written like those of a manifest. Unlike a manifest's they are not wishes but hold.
 * Throws PHLOW_OPTION_INVALID.
 */
export function readOwnerLimits(value: unknown, module: string): Partial<ModuleLimits> {
  if (value === undefined || value === null) return {};
  if (!isMap(value)) throw invalid(module, 'limits must be an object');
  const pairs = Object.entries(value).map(([key, written]) => {
    const row = Object.hasOwn(ROWS, key) ? ROWS[key] : undefined;
    if (row === undefined)
      throw invalid(module, `limits.${key} is no limit.${didYouMean(key, Object.keys(ROWS))}`);
    const [name, parse, form] = row;
    const figure = parse(written);
    if (figure === undefined)
      throw invalid(module, `limits.${key} must be ${form}: found ${JSON.stringify(written)}`);
    return [name, figure] as const;
  });
  return Object.fromEntries(pairs);
}

function perSecond(value: unknown, parse: (text: string) => number | undefined): number | undefined {
  const rate = parseRate(value, parse);
  return rate === undefined ? undefined : (rate.amount / rate.perMs) * 1_000;
}

function invalid(module: string, reason: string): PhlowError {
  return new PhlowError('PHLOW_OPTION_INVALID', `Cannot read the limits of module "${module}": ${reason}`, {
    details: { module },
  });
}
