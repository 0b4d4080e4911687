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

/** Types that are JSON by their suffix (RFC 6839). */
const JSON_SUFFIX = /^application\/[\w!#$&^.-]+\+json$/;

/** The type and subtype of a header `content-type`, in lower case and without parameters. */
export function mediaTypeOf(type: string | undefined): string {
  const [essence = ''] = (type ?? '').split(';');
  return essence.trim().toLowerCase();
}

/** The refusal of a body that is compressed: nobody would read it. */
export function refusedEncoding(encoding: string | undefined): HttpResponse | undefined {
  if (encoding === undefined || encoding.trim() === '' || encoding.trim().toLowerCase() === 'identity')
    return undefined;
  const message = `Content-Encoding must be identity: found ${encoding}`;
  const problem = { type: 'InvalidRequestBody', message, field: 'content-encoding' } as const;
  return invalidRequest(415, [problem], [['accept-encoding', 'identity']]);
}

/** Methods whose body counts. */
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** The refusal of a request whose body is of a type that is not taken. */
export function refusedType(method: string, type: string | undefined): HttpResponse | undefined {
  if (type === undefined || type === '' || !WITH_BODY.has(method)) return undefined;
  const essence = mediaTypeOf(type);
  if (TAKEN.includes(essence) || JSON_SUFFIX.test(essence)) return undefined;
  const message = `Content-Type must be one of: ${TAKEN.join(', ')}`;
  return invalidRequest(400, [{ type: 'InvalidRequestBody', message, field: 'content-type' }]);
}

/** True for a method whose body is held to the document. */
export function hasCheckedBody(method: string): boolean {
  return WITH_BODY.has(method);
}
