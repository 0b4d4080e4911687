import type { HttpResponse, ListenLimits } from '../sdk/http.js';

/** The limits where nobody says otherwise. */
export const LISTEN_LIMITS: ListenLimits = Object.freeze({
  maxHeaderBytes: 16_384,
  maxBodyBytes: 1_048_576,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  writeTimeoutMs: 30_000,
  maxConnections: 10_000,
  maxRequestsPerConnection: 0,
  maxRequests: 1_000,
});

/** Its body. The space is the original's. */
export const FALLBACK_BODY = '{"error": "Internal Server Error"}';

/** The answer where there is no other: what a handler threw, or what it returned and nobody can send. */
export const FALLBACK: HttpResponse = Object.freeze({
  status: 500,
  headers: [],
  body: FALLBACK_BODY,
});

/** The answer to a request that there is no room for, or nobody to answer: the client may try again. */
export const UNAVAILABLE: HttpResponse = Object.freeze({
  status: 503,
  headers: [
    ['content-type', 'application/json'],
    ['retry-after', '1'],
  ],
  body: '{"error":"Service Unavailable"}',
} as const);

/** The answer to a body beyond the limit. */
export const TOO_LARGE: HttpResponse = Object.freeze({
  status: 413,
  headers: [['content-type', 'application/json']],
  body: '{"error":"Payload Too Large"}',
} as const);
