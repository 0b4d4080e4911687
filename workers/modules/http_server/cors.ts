import { textOf, type ValueMap } from '../../../src/values.js';

/** Which pages of other origins may read responses. */
export interface Cors {
  readonly origins: readonly string[];
  readonly isAny: boolean;
  readonly methods: string;
  readonly headers: string;
  readonly credentials: boolean;
  /** Credentials were asked for, and cannot be given to every origin. */
  readonly hasRefusedCredentials: boolean;
  readonly maxAge: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const HEADERS = ['Content-Type', 'Authorization', 'X-Requested-With'];
const MAX_AGE_S = 86_400;

/** Reads `with.cors`: what is not of its kind counts as absent. */
export function corsOf({ origins, methods, headers, credentials, max_age: maxAge }: ValueMap): Cors {
  const allowed = texts(origins, ['*']);
  const isAny = allowed.includes('*');
  const wantsCredentials = typeof credentials === 'boolean' ? credentials : true;
  return {
    origins: allowed,
    isAny,
    methods: texts(methods, METHODS)
      .map((method) => method.toUpperCase())
      .join(', '),
    headers: texts(headers, HEADERS).join(', '),
    credentials: wantsCredentials && !isAny,
    hasRefusedCredentials: credentials === true && isAny,
    maxAge: String(
      typeof maxAge === 'number' && Number.isInteger(maxAge) && maxAge >= 0 ? maxAge : MAX_AGE_S,
    ),
  };
}

function texts(value: unknown, otherwise: readonly string[]): readonly string[] {
  if (!Array.isArray(value)) return otherwise;
  const list = value.map((item) => textOf(item)).filter((text) => text !== '');
  return list.length === 0 ? otherwise : list;
}

/** The headers for a page of an origin; undefined stands for a request that names none. */
export function corsHeaders(cors: Cors, origin: string | undefined): readonly (readonly [string, string])[] {
  const vary: readonly (readonly [string, string])[] = cors.isAny ? [] : [['vary', 'Origin']];
  const allowed = cors.isAny
    ? '*'
    : origin === undefined
      ? cors.origins[0]
      : cors.origins.find((one) => one === origin);
  if (allowed === undefined) return vary;
  return [
    ['access-control-allow-origin', allowed],
    ['access-control-allow-methods', cors.methods],
    ['access-control-allow-headers', cors.headers],
    ...(cors.credentials ? ([['access-control-allow-credentials', 'true']] as const) : []),
    ['access-control-max-age', cors.maxAge],
    ...vary,
  ];
}
