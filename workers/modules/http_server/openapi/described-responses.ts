import { isMap } from '../../../../src/values.js';
import { outline } from './plain-schema.js';

type Part = Readonly<Record<string, unknown>>;

/** The response that stands for all that nobody knows. */
const UNKNOWN = 'default';

interface Response {
  /** As in the document: `200`, or `default`. */
  readonly status: string;
  readonly type: string;
  /** Undefined: no body. */
  readonly schema: Part | undefined;
}

/** The responses of an operation, by status, from the schemas of what its runs come to. */
export function describedResponses(results: readonly Part[]): Readonly<Record<string, Part>> {
  const found = results.map(responseOf);
  const statuses = [...new Set(found.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      merged(
        status,
        found.filter((one) => one.status === status),
      ),
    ]),
  );
}

function merged(status: string, responses: readonly Response[]): Part {
  const description =
    status === UNKNOWN ? 'What the flow answers' : (DESCRIPTIONS[status] ?? 'What the flow answers');
  const content = new Map<string, Part[]>();
  for (const { type, schema } of responses) {
    if (schema === undefined) continue;
    const known = content.get(type) ?? [];
    if (!known.some((one) => JSON.stringify(one) === JSON.stringify(schema))) known.push(schema);
    content.set(type, known);
  }
  if (content.size === 0 || status === UNKNOWN) return { description };
  return {
    description,
    content: Object.fromEntries(
      [...content].map(([type, [first = {}, ...more]]) => [
        type,
        { schema: more.length === 0 ? first : { anyOf: [first, ...more] } },
      ]),
    ),
  };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No content',
  301: 'Moved permanently',
  302: 'Found',
  303: 'See other',
  304: 'Not modified',
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  410: 'Gone',
  422: 'Not as the rules ask',
  429: 'Too many requests',
};

/** As `replyOf` makes responses of results. */
function responseOf(result: Part): Response {
  const { type, properties, additionalProperties } = result;
  if ('const' in result) return bodyOnly(result, result['const'] === null);
  if (type === 'null') return bodyOnly(result, true);
  if (['string', 'number', 'integer', 'boolean', 'array'].includes(String(type)))
    return bodyOnly(result, false);
  const unknown = { status: UNKNOWN, type: '', schema: undefined };
  if (type !== 'object' || !isMap(properties) || additionalProperties !== false) return unknown;
  const status = statusOf(properties['status_code']);
  const isStream = result['stream'] === true;
  const media = mediaTypeOf(properties['headers'], isStream ? 'application/x-ndjson' : 'application/json');
  if (status === undefined || media === undefined) return unknown;
  if (isStream) return { status, type: media, schema: { type: 'string' } };
  const body = properties['body'];
  return { status, type: media, schema: isMap(body) ? outline(body) : undefined };
}

/** A result that is no object is the body. */
function bodyOnly(schema: Part, isNothing: boolean): Response {
  return isNothing
    ? { status: '204', type: '', schema: undefined }
    : { status: '200', type: 'application/json', schema: outline(schema) };
}

/** Undefined for one that only the run can tell. */
function statusOf(schema: unknown): string | undefined {
  if (schema === undefined) return '200';
  const status: unknown = isMap(schema) ? schema['const'] : undefined;
  if (status === undefined) return undefined;
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599;
  return isStatus ? String(status) : undefined;
}

/** Undefined for one that only the run can tell. */
function mediaTypeOf(headers: unknown, byDefault: string): string | undefined {
  if (headers === undefined) return byDefault;
  const properties = isMap(headers) ? headers['properties'] : undefined;
  if (!isMap(headers) || !isMap(properties) || headers['additionalProperties'] !== false) return undefined;
  const name = Object.keys(properties).find((one) => one.toLowerCase() === 'content-type');
  if (name === undefined) return byDefault;
  const schema = properties[name];
  const value: unknown = isMap(schema) ? schema['const'] : undefined;
  return typeof value === 'string' ? value : undefined;
}
