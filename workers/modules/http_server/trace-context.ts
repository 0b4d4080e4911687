const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The trace that a request belongs to (W3C Trace Context), as version 00; undefined where the header is absent or no such thing. */
export function traceOf(header: string | undefined): string | undefined {
  const [, version, trace = '', parent = '', flags = '', more] = TRACEPARENT.exec(header ?? '') ?? [];
  // A later version may say more behind what is known.
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(trace) || /^0+$/.test(parent)) return undefined;
  return `00-${trace}-${parent}-${flags}`;
}
