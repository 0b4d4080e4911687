import { describe, expect, test } from '@jest/globals';
import { isWorthRetrying, retryDelayMs } from '../../../../workers/modules/http_request/retry.js';
import { RequestFailure } from '../../../../workers/modules/http_request/failure.js';
import type { Exchange } from '../../../../workers/modules/http_request/exchange.js';
import { type Answer, withHttp, withSite } from './site.js';

/** Answers 503 this often, then 200. */
function failing(times: number, headers: Readonly<Record<string, string>> = {}): Answer {
  let left = times;
  return (_, response) => void response.writeHead(left-- > 0 ? 503 : 200, headers).end();
}

const exchange = (status: number, headers: Readonly<Record<string, string>> = {}): Exchange => ({
  response: { ok: false, status, statusText: '', url: '', headers, headerList: [] },
  body: new Uint8Array(),
  chunks: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('none')) }) }),
  close: () => Promise.resolve(),
});

describe('retries', () => {
  test('send a request again until it works', async () => {
    await withSite(failing(2), async (site) => {
      const lines = await withHttp({ settings: { retries: 3, retry_delay: 0.001 } }, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({ is_success: true });
        expect(site.hits).toHaveLength(3);
      });
      expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
    });
  });

  test('give the last answer when there are no more of them', async () => {
    await withSite(failing(9), async (site) => {
      await withHttp({ settings: { retries: 2, retry_delay: 0.001 } }, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({
          response: { status_code: 503 },
          is_error: true,
        });
        expect(site.hits).toHaveLength(3);
      });
    });
  });

  test('leave alone what may have had an effect, unless the settings name it', async () => {
    await withSite(failing(9), async (site) => {
      await withHttp({ settings: { retries: 2, retry_delay: 0.001 } }, async (http) => {
        await http.call({ method: 'POST', url: site.url });
        expect(site.hits).toHaveLength(1);
      });
      await withHttp(
        { settings: { retries: 2, retry_delay: 0.001, retry_methods: ['post'] } },
        async (http) => {
          await http.call({ method: 'POST', url: site.url });
          expect(site.hits).toHaveLength(4);
        },
      );
    });
  });

  test('are none by default, and none for a request that was refused', async () => {
    await withSite(failing(9), async (site) => {
      await withHttp({}, async (http) => {
        await http.call({ url: site.url });
        expect(site.hits).toHaveLength(1);
      });
      await withHttp(
        { connect: ['127.0.0.1:1'], settings: { retries: 9 }, clock: 'manual' },
        async (http) => {
          // With time standing still, a retry would never end.
          expect(await http.call({ url: site.url })).toMatchObject({ is_error: true });
        },
      );
    });
  });

  test('do not begin when the server asks for more time than there is', async () => {
    await withSite(failing(9, { 'retry-after': '30' }), async (site) => {
      await withHttp({ settings: { retries: 5, timeout: 29 }, clock: 'manual' }, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({ response: { status_code: 503 } });
        expect(site.hits).toHaveLength(1);
      });
    });
  });

  test('wait as long as the server asks for', async () => {
    await withSite(failing(1, { 'retry-after': '7' }), async (site) => {
      await withHttp({ settings: { retries: 1 }, clock: 'manual' }, async (http) => {
        const over = new AbortController();
        const call = http.call({ url: site.url }).finally(() => over.abort());
        while (site.hits.length === 0) await http.clock.advance(0);
        let waited = 0;
        while (!over.signal.aborted) {
          await http.clock.advance(1_000);
          waited++;
        }
        expect(await call).toMatchObject({ is_success: true });
        expect(waited).toBeGreaterThanOrEqual(7);
      });
    });
  });
});

describe('the delay', () => {
  test('doubles up to half a minute, and is a random half shorter', () => {
    const at = (attempt: number, random: number): number =>
      retryDelayMs(new Error('x'), attempt, 200, 0, () => random);
    expect([at(0, 0), at(0, 1), at(1, 1), at(2, 0.5), at(30, 1)]).toEqual([100, 200, 400, 600, 30_000]);
  });

  test.each([
    ['2', 2_000],
    [' 120 ', 120_000],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 200],
    ['soon', 200],
    ['-1', 200],
    ['0', 200],
  ])('after Retry-After: %p is %p ms', (text, ms) => {
    expect(retryDelayMs(exchange(503, { 'retry-after': text }), 0, 200, 1_000, () => 1)).toBe(ms);
  });
});

test('what is worth a retry', () => {
  const statuses = [200, 301, 400, 401, 404, 408, 425, 429, 500, 501, 502, 503, 504];
  expect(statuses.filter((status) => isWorthRetrying(exchange(status)))).toEqual([408, 429, 502, 503, 504]);
  expect(isWorthRetrying(new RequestFailure('x', 'PHLOW_CAPABILITY_FAILED'))).toBe(true);
  expect(isWorthRetrying(new RequestFailure('x', 'PHLOW_PERMISSION_DENIED'))).toBe(false);
  expect(isWorthRetrying(new Error('x'))).toBe(false);
});
