import { isMap } from '../../values.js';
import type { Fault } from '../../wire/fault.js';
import { readFault } from '../death/read-posted.js';

/** What a module posted as a fault with places of its author's files in its stack, and in those of its causes. What is no fault comes back as it is. */
export function mappedFault(posted: unknown, mapStack: (stack: string) => string): unknown {
  return isMap(posted) ? withPlaces(readFault(posted), mapStack) : posted;
}

function withPlaces(fault: Fault, mapStack: (stack: string) => string): Fault {
  const { stack, cause } = fault;
  return {
    ...fault,
    stack: stack === undefined ? undefined : mapStack(stack),
    cause: cause === undefined ? undefined : withPlaces(cause, mapStack),
  };
}
