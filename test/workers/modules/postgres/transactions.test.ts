import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createHost,
  type Host,
  type LoadOptions,
  type Module,
  type ValueMap,
} from '../../../../src/index.js';
import { describePostgres, PostgresServer } from '../../../support/postgres-server.js';
import { errorOf } from '../../../support/with-host.js';

describePostgres('transactions of postgres', () => {
  let server: PostgresServer;
  let host: Host;
  let db: Module;
  let count = 0;

  beforeAll(async () => {
    server = await PostgresServer.start();
    host = await createHost({ logLevel: 'off' });
    db = await load();
    await db.call({ query: 'create table accounts (name text primary key, amount int check (amount >= 0))' });
  }, 60_000);

  afterAll(async () => {
    await host.close();
    await server.stop();
  });

  function load(settings: ValueMap = {}, options: LoadOptions = {}): Promise<Module> {
    const name = `db-${++count}`;
    return host.load<string>('postgres', {
      name,
      with: { ...server.settings, ...settings },
      checkOutput: true,
      ...options,
    });
  }

  async function begun(module: Module, input: ValueMap = {}): Promise<string> {
    const reply = await module.call({ action: 'begin', ...input });
    return (reply as { data: { transaction: string } }).data.transaction;
  }

  async function names(): Promise<readonly unknown[]> {
    const reply = await db.call({ query: 'select name from accounts order by name' });
    return (reply as { data: { rows: { name: string }[] } }).data.rows.map(({ name }) => name);
  }

  test('over several calls: nothing is seen before the commit, nothing is left after a rollback', async () => {
    const transaction = await begun(db);
    await db.call({ query: "insert into accounts values ('a', 1)", transaction });
    expect(await names()).toEqual([]);
    expect(await db.call({ action: 'commit', transaction })).toEqual({ success: true });
    expect(await names()).toEqual(['a']);

    const other = await begun(db);
    await db.call({ query: "insert into accounts values ('b', 1)", transaction: other });
    expect(await db.call({ action: 'rollback', transaction: other })).toEqual({ success: true });
    expect(await names()).toEqual(['a']);
    const error = await errorOf(db.call({ query: 'select 1', transaction: other }));
    expect(error.message).toContain('Cannot go on with the transaction: it was rolled back');
    expect(error.details).toMatchObject({ code: 'PHLOW_TRANSACTION_ENDED' });
    expect((await errorOf(db.call({ action: 'commit', transaction: 'x' }))).message).toContain(
      'no transaction of this id was begun here',
    );
  });

  test('a commit after a statement that failed says that it was none', async () => {
    const transaction = await begun(db);
    await db.call({ query: "insert into accounts values ('c', 1)", transaction });
    expect(await db.call({ query: "insert into accounts values ('c', 2)", transaction })).toMatchObject({
      error: { code: '23505' },
    });
    expect(await db.call({ query: 'select 1', transaction })).toMatchObject({ error: { code: '25P02' } });
    expect(await db.call({ action: 'commit', transaction })).toMatchObject({
      success: false,
      error: { code: '25P02', message: expect.stringContaining('was rolled back') },
    });
    expect(await names()).not.toContain('c');
  });

  test('one that is left is rolled back after its time, and frees its connection', async () => {
    const one = await load({ max_pool_size: 1, transaction_timeout: 5 }, { clock: 'manual' });
    const transaction = await begun(one);
    await one.clock.advance(4_999);
    // Each call starts the time again.
    await one.call({ query: "insert into accounts values ('d', 1)", transaction });
    await one.clock.advance(4_999);
    await one.call({ query: 'select 1', transaction });
    const waiting = one.call({ query: 'select 2 as v' });
    await one.clock.advance(5_000);
    expect(await waiting).toMatchObject({ data: { rows: [{ v: 2 }] } });
    expect(await names()).not.toContain('d');
    expect((await errorOf(one.call({ query: 'select 1', transaction }))).message).toContain(
      'it was rolled back, because no statement came for 5 s',
    );
    const short = await begun(one, { timeout: 0.1 });
    await one.clock.advance(100);
    expect((await errorOf(one.call({ action: 'commit', transaction: short }))).message).toContain(
      'for 0.1 s',
    );
  });

  test('calls of one transaction run one after the other', async () => {
    const transaction = await begun(db);
    const query = 'insert into accounts values ($1, $2)';
    await Promise.all(
      ['e', 'f', 'g', 'h'].map((name, index) => db.call({ query, params: [name, index], transaction })),
    );
    await db.call({ action: 'commit', transaction });
    expect(await names()).toEqual(expect.arrayContaining(['e', 'f', 'g', 'h']));
  });

  test('takes an isolation level, and can be read-only', async () => {
    const transaction = await begun(db, { isolation: 'serializable', read_only: true });
    const query = "select current_setting('transaction_isolation') as v";
    expect(await db.call({ query, transaction })).toMatchObject({ data: { rows: [{ v: 'serializable' }] } });
    expect(await db.call({ query: "insert into accounts values ('i', 1)", transaction })).toMatchObject({
      error: { code: '25006' },
    });
    await db.call({ action: 'rollback', transaction });
  });

  test('of a list: all of its queries, or none', async () => {
    const insert = 'insert into accounts values ($1, $2) returning name';
    const all = await db.call({
      action: 'transaction',
      queries: [
        { query: insert, params: ['p', 1] },
        { query: insert, params: ['q', 2] },
        { query: "update accounts set amount = 3 where name in ('p', 'q')" },
      ],
    });
    expect(all).toEqual({
      success: true,
      data: {
        results: [
          { rows: [{ name: 'p' }], count: 1, affected: 1 },
          { rows: [{ name: 'q' }], count: 1, affected: 1 },
          { rows: [], count: 0, affected: 2 },
        ],
      },
    });
    const none = await db.call({
      action: 'transaction',
      queries: [
        { query: insert, params: ['r', 1] },
        { query: insert, params: ['s', -1] },
      ],
    });
    expect(none).toMatchObject({ success: false, error: { code: '23514', index: 1 } });
    expect(await names()).not.toContain('r');
    const ended = await db.call({
      action: 'transaction',
      queries: [{ query: 'commit' }, { query: insert, params: ['t', 1] }],
    });
    expect(ended).toMatchObject({ success: false, error: { index: 0 } });
    expect(await names()).not.toContain('t');
  });

  test('a statement that is given up fails its transaction, which can still be rolled back', async () => {
    const transaction = await begun(db);
    const slow = db.call({ query: 'select pg_sleep(600)', transaction }, { timeoutMs: 200 });
    expect((await errorOf(slow)).code).toBe('PHLOW_CALL_TIMED_OUT');
    expect(await db.call({ query: 'select 1', transaction })).toMatchObject({ error: { code: '25P02' } });
    expect(await db.call({ action: 'rollback', transaction })).toEqual({ success: true });
  });

  test('those that are open are rolled back when the module is closed', async () => {
    const own = await load();
    const transaction = await begun(own);
    await own.call({ query: "insert into accounts values ('u', 1)", transaction });
    await own.close();
    const query =
      "select count(*) as n from pg_stat_activity where application_name = 'phlow' and state like 'idle in%'";
    expect(await db.call({ query })).toMatchObject({ data: { rows: [{ n: 0 }] } });
    expect(await names()).not.toContain('u');
  });
});
