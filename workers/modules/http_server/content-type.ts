import type { HttpResponse } from '../../../src/sdk/index.js';
import { invalidRequest } from './refusals.js';

const TAKEN = [
  'application/json',
  'application/octet-stream',
  'application/xml',
  'text/plain',
  'text/html',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
];

/** Methods whose body counts. */
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** The refusal of a request whose body is of a type that is not taken. */
export function refusedType(method: string, type: string | undefined): HttpResponse | undefined {
  if (type === undefined || type === '' || !WITH_BODY.has(method)) return undefined;
  const lower = type.toLowerCase();
  if (TAKEN.some((taken) => lower.startsWith(taken))) return undefined;
  const message = `Content-Type must be one of: ${TAKEN.join(', ')}`;
  return invalidRequest(400, [{ type: 'InvalidRequestBody', message, field: 'content-type' }]);
}

/** True for a method whose body is held to the document. */
export function hasCheckedBody(method: string): boolean {
  return WITH_BODY.has(method);
}
