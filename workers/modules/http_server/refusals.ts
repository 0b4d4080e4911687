import type { HttpResponse } from '../../../src/sdk/index.js';
import { errorCode, messageOf } from '../../../src/errors.js';

/** One thing that is wrong with a request. */
export interface Problem {
  readonly type:
    | 'RouteNotFound'
    | 'MethodNotAllowed'
    | 'InvalidRequestBody'
    | 'MissingRequiredField'
    | 'InvalidFieldType'
    | 'InvalidFieldValue';
  readonly message: string;
  readonly field: string;
}

type Headers = HttpResponse['headers'];

/** An answer whose body is JSON. */
export function jsonAnswer(status: number, body: unknown, headers: Headers = []): HttpResponse {
  return { status, headers: [['content-type', 'application/json'], ...headers], body: JSON.stringify(body) };
}

/** The answer to a request that breaks a rule. */
export function invalidRequest(
  status: number,
  details: readonly Problem[],
  headers: Headers = [],
): HttpResponse {
  return jsonAnswer(status, { error: 'Validation failed', details }, headers);
}

/** The answer to a path that nothing is at. */
export function notFound(path: string): HttpResponse {
  return invalidRequest(404, [
    { type: 'RouteNotFound', message: `Route not found: ${path}`, field: 'unknown' },
  ]);
}

/** The answer to a method that a path does not have. */
export function methodNotAllowed(method: string, allowed: readonly string[]): HttpResponse {
  const list = allowed.join(', ');
  const message = `Method ${method} not allowed. Allowed methods: ${list}`;
  return invalidRequest(405, [{ type: 'MethodNotAllowed', message, field: 'unknown' }], [['allow', list]]);
}

/** What a failed run is answered with. */
interface Failure {
  readonly status: number;
  readonly error: string;
  readonly headers: Headers;
}

const LATER: Headers = [['retry-after', '1']];

/** Runs that were not started, or not to their end, for reasons that are none of the flow's. */
const FAILURES: Readonly<Record<string, Failure>> = {
  PHLOW_FLOW_TIMED_OUT: { status: 504, error: 'Gateway Timeout', headers: [] },
  PHLOW_MODULE_BUSY: { status: 503, error: 'Service Unavailable', headers: LATER },
  PHLOW_FLOW_CANCELLED: { status: 503, error: 'Service Unavailable', headers: LATER },
  PHLOW_MODULE_DOWN: { status: 503, error: 'Service Unavailable', headers: LATER },
  PHLOW_INPUT_TOO_LARGE: { status: 413, error: 'Payload Too Large', headers: [] },
};
const FAILED: Failure = { status: 500, error: 'Internal Server Error', headers: [] };

/** The answer to a request whose run has failed. Of the error it shows nothing but where that is asked for. */
export function failedRun(error: unknown, requestId: string, isDev: boolean): HttpResponse {
  const code = errorCode(error);
  const known = Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined;
  const { status, error: text, headers } = known ?? FAILED;
  const shown = isDev ? { code, message: messageOf(error), request_id: requestId } : {};
  return jsonAnswer(status, { error: text, ...shown }, [['x-request-id', requestId], ...headers]);
}
