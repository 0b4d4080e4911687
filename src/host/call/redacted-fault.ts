import { toFault, type Fault } from '../../wire/fault.js';

/** What the host's own errors carry for the owner: variables, packages and log lines of another module. */
const FOR_THE_OWNER: ReadonlySet<string> = new Set(['hangReport', 'report', 'givenUp']);

/**
 * The fault by which a module hears that something outside of it has failed: what it asked of the host, or the stream that it reads. It may be
 * trusted less than the module where the error comes from.
 */
export function redactedFault(error: unknown): Fault {
  return withLess(toFault(error));
}

function withLess(fault: Fault): Fault {
  const { data, cause } = fault;
  return {
    ...fault,
    data:
      typeof data === 'object' && data !== null && !Array.isArray(data)
        ? Object.fromEntries(Object.entries(data).filter(([key]) => !FOR_THE_OWNER.has(key)))
        : data,
    cause: cause === undefined ? undefined : withLess(cause),
  };
}
