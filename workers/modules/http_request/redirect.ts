import type { ResponseHead } from '../../../src/sdk/index.js';
import type { Request } from './input.js';

/** Statuses after which the request is sent to another place, and those after which it becomes a GET. */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const BECOMES_GET: readonly number[] = [301, 302, 303];

/** What only the host that it was meant for may see. */
const SECRETS: readonly string[] = ['authorization', 'cookie'];

/** The request that a redirect asks for; undefined where the response is none. Throws with the message of the answer for a redirect to nowhere. */
export function redirectedTo(request: Request, response: ResponseHead): Request | undefined {
  const location = response.headers['location'];
  if (!REDIRECTS.includes(response.status) || location === undefined) return undefined;
  if (!URL.canParse(location, request.url.href))
    throw new Error('Request error: the server redirects to something that is no URL');
  const url = new URL(location, request.url.href);
  const isGet = BECOMES_GET.includes(response.status) && request.method !== 'HEAD';
  const isElsewhere = url.origin !== request.url.origin;
  const kept = Object.entries(request.headers).filter(
    ([name]) => !(isElsewhere && SECRETS.includes(name)) && !(isGet && name.startsWith('content-')),
  );
  return {
    method: isGet ? 'GET' : request.method,
    url,
    headers: Object.fromEntries(kept),
    body: isGet ? undefined : request.body,
  };
}
