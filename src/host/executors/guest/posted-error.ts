import { readFault } from '../read-posted.js';
import type { FaultReader } from '../../../sandbox/bundle/fault-reader.js';
import { mappedFault } from './mapped-fault.js';

/** An error of the host's own that says what the guest's said, its stack mapped. */
export function postedError(posted: unknown, faults: FaultReader): Error {
  const { name, message, stack } = readFault(mappedFault(posted, faults));
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
