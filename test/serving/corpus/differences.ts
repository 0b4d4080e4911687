/** What http_server answers otherwise than the cases say, and why: names as they end. */
export const DIFFERENCES: readonly { readonly reason: string; readonly cases: readonly string[] }[] = [
  {
    reason: 'there are no tunnels, and CONNECT ends the connection',
    cases: ['CONNECT request', 'CONNECT request with CAPS', 'CONNECT with body', 'Underscore in hostname'],
  },
  { reason: 'HTTP/0.9 is not spoken', cases: ['No HTTP version'] },
  {
    reason: 'no coding but chunked is undone here, so a body that has another one is refused',
    cases: [
      'POST with `chunked` as last transfer-encoding',
      'POST with `chunked` as last transfer-encoding (multiple headers)',
    ],
  },
  { reason: 'a body of a type that is not taken is refused', cases: [' PATCH request'] },
  {
    reason: 'parsers before llhttp 9.4.2 take no tab after the word',
    cases: ['explicit `close` followed by tab'],
  },
];
