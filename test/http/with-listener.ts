import { listen } from '../../src/http/listener.js';
import { LISTEN_LIMITS } from '../../src/http/limits.js';
import type { HttpListener, HttpResponse, ListenLimits, RequestHandler } from '../../src/sdk/http.js';

/** What the handler of most tests answers. */
export const OK: HttpResponse = { status: 200, headers: [['content-type', 'text/plain']], body: 'ok' };

/** Opens a listener on a free port for one test and closes it however the test ends. */
export async function withListener<T>(
  handler: RequestHandler,
  test: (listener: HttpListener) => Promise<T>,
  limits: Partial<ListenLimits> = {},
  compress = false,
): Promise<T> {
  const listener = await listen(
    { host: '127.0.0.1', port: 0, limits: { ...LISTEN_LIMITS, ...limits }, compress },
    handler,
  );
  try {
    return await test(listener);
  } finally {
    await listener.close();
  }
}
