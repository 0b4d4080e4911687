import { isMap } from '../../values.js';

/** So many causes of an error are shown with the author's places. */
const MOST_CAUSES = 8;

/** What a module posted as a fault with places of its author's files in its stack, and in those of its causes. */
export function mappedFault(posted: unknown, mapStack: (stack: string) => string, depth = 0): unknown {
  if (!isMap(posted) || depth > MOST_CAUSES) return posted;
  const { stack, cause } = posted;
  return {
    ...posted,
    ...(typeof stack === 'string' ? { stack: mapStack(stack) } : {}),
    ...(isMap(cause) ? { cause: mappedFault(cause, mapStack, depth + 1) } : {}),
  };
}
