import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { describePostgres, PostgresServer } from '../../../support/postgres-server.js';
import { until } from '../../../support/until.js';
import { errorOf, withHost } from '../../../support/with-host.js';

const MINUTE = 60_000;

describePostgres('postgres whose server goes', () => {
  test(
    'calls fail by code while it is away and succeed again once it is back; none is carried out twice',
    () =>
      withServer((server) =>
        withHost(async (host) => {
          const db = await host.load<string>('postgres', { with: { ...server.settings, max_pool_size: 4 } });
          await db.call({ query: 'create table counted (id int primary key)' });
          const query = 'insert into counted values ($1)';
          const outcomes = { done: 0, away: 0, uncertain: 0 };
          let id = 0;
          const insert = async (): Promise<void> => {
            try {
              const reply = await db.call({ query, params: [++id] });
              expect(reply).toMatchObject({ success: true });
              outcomes.done++;
            } catch (error) {
              const { details } = error as { details: { code: string; data: { wasSent: boolean } } };
              expect(details.code).toBe('PHLOW_STORE_DOWN');
              outcomes[details.data.wasSent ? 'uncertain' : 'away']++;
            }
          };
          const transaction = (await db.call({ action: 'begin' })) as { data: { transaction: string } };
          const slow = db.call({ query: 'select pg_sleep(600)' });
          let isOver = false;
          const load = Array.from({ length: 8 }, async () => {
            while (!isOver) await insert();
          });
          await until(() => outcomes.done > 100);
          await server.crash();
          expect((await errorOf(slow)).details).toMatchObject({
            code: 'PHLOW_STORE_DOWN',
            data: { store: 'postgres', wasSent: true },
          });
          await until(() => outcomes.away > 10);
          const before = outcomes.done;
          await server.resume();
          await until(() => outcomes.done > before + 100);
          isOver = true;
          await Promise.all(load);

          const reply = await db.call({ query: 'select count(*) as n from counted' });
          const n = (reply as { data: { rows: { n: number }[] } }).data.rows[0]?.n ?? 0;
          // What was answered is there; what nobody knows of may be.
          expect(n).toBeGreaterThanOrEqual(outcomes.done);
          expect(n).toBeLessThanOrEqual(outcomes.done + outcomes.uncertain);
          const lost = await errorOf(db.call({ action: 'commit', ...transaction.data }));
          expect(['PHLOW_TRANSACTION_ENDED', 'PHLOW_STORE_DOWN']).toContain(lost.details?.['code']);
        }),
      ),
    2 * MINUTE,
  );

  test(
    'TLS: each mode does what it says, with a server that has it and with one that has none',
    () =>
      withServer((server) =>
        withHost(async (host) => {
          let count = 0;
          const state = async (settings: Record<string, string>): Promise<unknown> => {
            const db = await host.load<string>('postgres', {
              name: `db-${++count}`,
              with: { ...server.settings, ...settings },
            });
            const query = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
            const reply = (await db.call({ query })) as { data: { rows: { ssl: boolean }[] } };
            return reply.data.rows[0]?.ssl;
          };
          expect(await state({ ssl_mode: 'prefer' })).toBe(false);
          expect(await state({ ssl_mode: 'disable' })).toBe(false);
          for (const ssl_mode of ['require', 'verify'])
            expect((await errorOf(state({ ssl_mode }))).message).toContain('does not support SSL');

          const [cert, key] = certificate(server);
          await server.crash();
          await server.resume(['-l', '-c', `ssl_cert_file=${cert}`, '-c', `ssl_key_file=${key}`]);
          expect(await state({})).toBe(true);
          expect(await state({ ssl_mode: 'prefer' })).toBe(true);
          expect(await state({ ssl_mode: 'require' })).toBe(true);
          expect(await state({ ssl_mode: 'disable' })).toBe(false);
          expect(await state({ ssl_mode: 'verify', ca: cert, host: 'localhost' })).toBe(true);
          // Nobody whom Node.js trusts has signed it, and it is for another name.
          expect((await errorOf(state({ ssl_mode: 'verify', host: 'localhost' }))).message).toContain(
            'self-signed',
          );
          expect(
            (await errorOf(state({ ssl_mode: 'verify', ca: cert, host: '127.0.0.1' }))).message,
          ).toContain("does not match certificate's altnames");

          const db = await host.load<string>('postgres', {
            name: 'cancelled',
            with: { ...server.settings, ssl_mode: 'require', max_pool_size: 1 },
          });
          const slow = db.call({ query: 'select pg_sleep(600)' }, { timeoutMs: 500 });
          expect((await errorOf(slow)).code).toBe('PHLOW_CALL_TIMED_OUT');
          expect(await db.call({ query: 'select 1 as v' })).toMatchObject({ data: { rows: [{ v: 1 }] } });
        }),
      ),
    2 * MINUTE,
  );
});

async function withServer(use: (server: PostgresServer) => Promise<void>): Promise<void> {
  const server = await PostgresServer.start();
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

/** Makes a certificate for localhost; the paths of it and its key. */
function certificate(server: PostgresServer): readonly [cert: string, key: string] {
  const paths = [server.write('server.crt', ''), server.write('server.key', '')] as const;
  const how =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  execFileSync('openssl', [...how.split(' '), '-out', paths[0], '-keyout', paths[1]], { stdio: 'pipe' });
  return paths;
}
