import { LIMIT_CODE } from '../../../sandbox/bundle/compartment-limit.js';
import type { FaultReader } from '../../../sandbox/bundle/fault-reader.js';
import { isMap } from '../../../values.js';
import type { Fault } from '../../../wire/fault.js';
import { readFault } from '../read-posted.js';

/**
 * What a module posted as a fault with places of its author's files in its stack, and in those of its causes. A fault that is the
 * compartment's doing says so, and which level would run the module. What is no fault comes back as it is.
 */
export function mappedFault(posted: unknown, faults: FaultReader): unknown {
  if (!isMap(posted)) return posted;
  const fault = readFault(posted);
  return { ...withPlaces(fault, faults), ...limitedFault(fault, faults) };
}

function withPlaces(fault: Fault, faults: FaultReader): Fault {
  const { stack, cause } = fault;
  return {
    ...fault,
    stack: stack === undefined ? undefined : faults.mapStack(stack),
    cause: cause === undefined ? undefined : withPlaces(cause, faults),
  };
}

function limitedFault({ name, message, stack = '' }: Fault, faults: FaultReader): Partial<Fault> {
  const met = faults.limitIn({ name, message, stack });
  if (met === undefined) return {};
  const { limit, level, at } = met;
  return {
    message: met.message,
    code: LIMIT_CODE,
    data: { limit, level, ...(at === undefined ? {} : { at }) },
  };
}

/** An error of the host's own that says what the guest's said, its stack mapped. */
export function postedError(posted: unknown, faults: FaultReader): Error {
  const { name, message, stack } = readFault(mappedFault(posted, faults));
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
