import { LIMIT_CODE, type MetLimit } from '../../sandbox/bundle/compartment-limit.js';
import type { FaultReader } from '../../sandbox/bundle/fault-reader.js';
import { isMap } from '../../values.js';

/** So many causes of an error are shown with the author's places. */
const MOST_CAUSES = 8;

/**
 * What a module posted as a fault with places of its author's files in its stack, and in those of its causes. A fault that is the
 * compartment's doing says so, and which level would run the module.
 */
export function mappedFault(posted: unknown, faults: FaultReader, depth = 0): unknown {
  if (!isMap(posted) || depth > MOST_CAUSES) return posted;
  const { stack, cause } = posted;
  return {
    ...posted,
    ...(depth === 0 ? limitedFault(posted, faults) : {}),
    ...(typeof stack === 'string' ? { stack: faults.mapStack(stack) } : {}),
    ...(isMap(cause) ? { cause: mappedFault(cause, faults, depth + 1) } : {}),
  };
}

function limitedFault(posted: Readonly<Record<string, unknown>>, faults: FaultReader): object {
  const { name, message, stack } = posted;
  if (typeof name !== 'string' || typeof message !== 'string') return {};
  const met: MetLimit | undefined = faults.limitIn({
    name,
    message,
    stack: typeof stack === 'string' ? stack : '',
  });
  if (met === undefined) return {};
  const { limit, level, at } = met;
  return {
    message: met.message,
    code: LIMIT_CODE,
    data: { limit, level, ...(at === undefined ? {} : { at }) },
  };
}
