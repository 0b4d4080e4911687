import type { IncomingMessage } from 'node:http';

/** Versions that are spoken. The parser takes others for valid. */
const VERSIONS: ReadonlySet<string> = new Set(['1.0', '1.1']);

/**
 * The status line for a head that the parser takes and another server on the way may read in another way; undefined for all others. Where the next request
 * begins is then not certain: nothing that follows on the connection counts.
 */
export function headFault(message: IncomingMessage): string | undefined {
  if (!VERSIONS.has(message.httpVersion)) return '505 HTTP Version Not Supported';
  const coding = message.headers['transfer-encoding'];
  // No other coding is undone here, and HTTP/1.0 has none (RFC 9112, 6.1).
  const isFramed =
    coding === undefined || (coding.toLowerCase() === 'chunked' && message.httpVersion === '1.1');
  return isFramed && hostCount(message.rawHeaders) <= 1 ? undefined : '400 Bad Request';
}

/** Two servers on the way could each take another one for true. */
function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') count++;
  return count;
}
