import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createHost,
  type Host,
  type LoadOptions,
  type Module,
  type ValueMap,
} from '../../../../src/index.js';
import { describePostgres, PASSWORD, PostgresServer } from '../../../support/postgres-server.js';
import { until } from '../../../support/until.js';
import { errorOf, withHost } from '../../../support/with-host.js';

interface Rows {
  readonly success: true;
  readonly data: { readonly rows: readonly ValueMap[]; readonly count: number; readonly affected: number };
}

describePostgres('postgres', () => {
  let server: PostgresServer;
  let host: Host;
  let db: Module;

  beforeAll(async () => {
    server = await PostgresServer.start();
    host = await createHost({ logLevel: 'off' });
    db = await load();
  }, 60_000);

  afterAll(async () => {
    await host.close();
    await server.stop();
  });

  function load(settings: ValueMap = {}, options: LoadOptions = {}): Promise<Module> {
    return host.load<string>('postgres', {
      name: `db-${++count}`,
      with: { ...server.settings, ...settings },
      checkOutput: true,
      ...options,
    });
  }
  let count = 0;

  async function rows(
    query: string,
    params: readonly unknown[] = [],
    module = db,
  ): Promise<readonly ValueMap[]> {
    const reply = (await module.call({ query, params })) as unknown as Rows;
    expect(reply).toMatchObject({ success: true });
    return reply.data.rows;
  }

  test('runs statements and says what they came to', async () => {
    await db.call({ query: 'create table runs (id int primary key, name text)' });
    expect(
      await db.call({ query: 'insert into runs values ($1, $2), (2, null)', params: [1, 'Ann'] }),
    ).toEqual({
      success: true,
      data: { rows: [], count: 0, affected: 2 },
    });
    expect(await db.call({ query: 'select * from runs order by id' })).toEqual({
      success: true,
      data: {
        rows: [
          { id: 1, name: 'Ann' },
          { id: 2, name: null },
        ],
        count: 2,
        affected: 0,
      },
    });
    expect(await db.call({ query: 'update runs set name = $1 returning id', params: ['Bob'] })).toMatchObject(
      {
        data: { count: 2, affected: 2 },
      },
    );
    expect(await db.call({ query: '' })).toEqual({
      success: true,
      data: { rows: [], count: 0, affected: 0 },
    });
  });

  test.each([
    ['select 1::int2 as v', 1],
    ['select -2147483648 as v', -2147483648],
    ['select 9007199254740991::int8 as v', Number.MAX_SAFE_INTEGER],
    ['select 9007199254740993::int8 as v', '9007199254740993'],
    ['select 1.5::float4 as v', 1.5],
    ["select 'NaN'::float8 as v", NaN],
    ['select 0.1::numeric as v', 0.1],
    ['select 1.10::numeric(9,2) as v', 1.1],
    ['select 100::numeric as v', 100],
    ['select 12345678901234567890.123::numeric as v', '12345678901234567890.123'],
    ['select true as v', true],
    ["select date '2024-02-29' as v", '2024-02-29'],
    ["select timestamp '2024-02-29 12:30:00.5' as v", '2024-02-29 12:30:00.500'],
    ["select timestamp '2024-02-29 12:30:00.123456' as v", '2024-02-29 12:30:00.123456'],
    ["select timestamp '2024-02-29 12:30:00' as v", '2024-02-29 12:30:00'],
    ["select timestamptz '2024-02-29 12:30:00.123456+05:30' as v", '2024-02-29T07:00:00.123456Z'],
    ["select timestamptz '2024-02-29 12:30:00-08' as v", '2024-02-29T20:30:00Z'],
    ["select timestamptz 'infinity' as v", 'infinity'],
    ["select time '12:30:00' as v", '12:30:00'],
    ["select interval '1 day 2 hours' as v", '1 day 02:00:00'],
    ["select inet '10.0.0.1/8' as v", '10.0.0.1/8'],
    ["select 'a'::varchar(3) as v", 'a'],
    ["select 'a'::char(3) as v", 'a  '],
    [`select '{"a":[1,"x\\ny"]}'::json as v`, { a: [1, 'x\ny'] }],
    ["select '[1,null]'::jsonb as v", [1, null]],
    ["select 'b0b5a9a0-0000-4000-8000-000000000000'::uuid as v", 'b0b5a9a0-0000-4000-8000-000000000000'],
    ["select '\\x00ff10'::bytea as v", 'AP8Q'],
    ['select null::numeric as v', null],
    ['select array[1,null,3] as v', [1, null, 3]],
    [
      'select array[[1,2],[3,4]] as v',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [`select array['a"b','c\\d','NULL','','{,}'] as v`, ['a"b', 'c\\d', 'NULL', '', '{,}']],
    ["select '[0:1]={7,8}'::int[] as v", [7, 8]],
    ["select '{}'::text[] as v", []],
    ["select array[timestamptz '2024-02-29 12:30:00Z'] as v", ['2024-02-29T12:30:00Z']],
    ['select array[\'{"a":1}\'::jsonb] as v', [{ a: 1 }]],
    ["select array['(2,2),(1,1)'::box, '(4,4),(3,3)'] as v", ['(2,2),(1,1)', '(4,4),(3,3)']],
  ])('reads the value of %s (Q-PG-TYPES)', async (query, value) => {
    expect(await rows(query)).toEqual([{ v: value }]);
  });

  test('reads enums, their arrays, domains and composites (Q-PG-TYPES)', async () => {
    await db.call({
      batch: false,
      query: `create type mood as enum ('sad', 'very happy'); create domain small as int check (value < 10);
        create domain smalls as int[]; create type pair as (a int, b text)`,
    });
    const query = `select 'sad'::mood as one, array['sad', 'very happy']::mood[] as more, 3::small as small, '{1,2}'::smalls as smalls, row(1, 'x')::pair as pair`;
    expect(await rows(query)).toEqual([
      { one: 'sad', more: ['sad', 'very happy'], small: 3, smalls: [1, 2], pair: '(1,x)' },
    ]);
    expect(await rows('select $1::mood[] as v', [['very happy']])).toEqual([{ v: ['very happy'] }]);
  });

  test.each([
    ['select $1::int as v', null, null],
    ['select $1::int8 as v', 7, 7],
    ['select $1::int2 as v', '7', 7],
    ['select $1::numeric as v', 7.25, 7.25],
    ['select $1::text as v', 7, '7'],
    ['select $1::text as v', true, 'true'],
    ['select $1::bool as v', true, true],
    ['select $1::bool as v', false, false],
    ['select $1::date as v', '2024-02-29', '2024-02-29'],
    ['select $1::timestamptz as v', new Date(0), '1970-01-01T00:00:00Z'],
    ['select $1::int8 as v', 2n ** 62n, String(2n ** 62n)],
    ['select $1::jsonb as v', { a: [1] }, { a: [1] }],
    ['select $1::jsonb as v', [{ type: 'x', value: 1 }], [{ type: 'x', value: 1 }]],
    ['select $1::jsonb as v', '{"a":1}', { a: 1 }],
    ['select $1::text as v', [1, 'x'], '[1,"x"]'],
    ['select $1::text as v', { a: 1 }, '{"a":1}'],
    ['select $1::text as v', 'it\'s; drop table "x"; --', 'it\'s; drop table "x"; --'],
    ['select $1::int[] as v', [1, null, 3], [1, null, 3]],
    ['select $1::text[] as v', ['a"b', 'c\\d', 'NULL', '', '{,}'], ['a"b', 'c\\d', 'NULL', '', '{,}']],
    [
      'select $1::int[] as v',
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['select $1::jsonb[] as v', [{ type: 'x', value: 1 }, [2]], [{ type: 'x', value: 1 }, [2]]],
    ['select $1::bytea as v', new Uint8Array([0, 255, 16]), 'AP8Q'],
  ])('sends the parameter of %s (Q-PG-PARAMS)', async (query, param, value) => {
    expect(await rows(query, [param])).toEqual([{ v: value }]);
  });

  test('answers what has no form in SQL, and a count of parameters that is wrong, as data', async () => {
    expect(await db.call({ query: 'select $1::text', params: [new Map()] })).toEqual({
      success: false,
      error: { code: 'UNKNOWN', cause: '', message: 'Parameter $1 cannot be sent: Map has no form in SQL' },
    });
    expect(await db.call({ query: 'select $1::text', params: [] })).toMatchObject({
      success: false,
      error: { code: '08P01' },
    });
    expect(await db.call({ query: 'select 1\0; drop table runs' })).toMatchObject({
      success: false,
      error: { message: 'A statement cannot contain the character U+0000' },
    });
    expect(await rows('select 1 as v')).toEqual([{ v: 1 }]);
  });

  test('of two columns of one name the last wins, and any name is one', async () => {
    expect(await rows('select 1 as a, 2 as a')).toEqual([{ a: 2 }]);
    const [row] = await rows(`select '{"x":1}'::json as "__proto__", 1 as "constructor"`);
    expect(Object.keys(row ?? {})).toEqual(['__proto__', 'constructor']);
  });

  test('answers what the server refuses as data (Q-PG-PREPARE)', async () => {
    expect(await db.call({ query: 'selec 1' })).toMatchObject({
      success: false,
      error: { code: '42601', message: expect.stringContaining('syntax error') },
    });
    expect(await db.call({ query: 'select * from nothing_there' })).toMatchObject({
      success: false,
      error: { code: '42P01', message: 'relation "nothing_there" does not exist' },
    });
    expect(await db.call({ query: 'select 1 / $1::int', params: [0] })).toEqual({
      success: false,
      error: { code: '22012', cause: 'ERROR: division by zero', message: 'division by zero' },
    });
    await db.call({ query: 'create table once (id int primary key)' });
    await db.call({ query: 'insert into once values (1)' });
    expect(await db.call({ query: 'insert into once values (1)' })).toEqual({
      success: false,
      error: {
        code: '23505',
        cause:
          'ERROR: duplicate key value violates unique constraint "once_pkey"\nDETAIL: Key (id)=(1) already exists.',
        message: 'duplicate key value violates unique constraint "once_pkey"',
      },
    });
  });

  test('batch false runs a script (Q-PG-BATCH-NAME)', async () => {
    const query = 'create table scripted (id int); insert into scripted values (1), (2)';
    expect(await db.call({ query, batch: false, params: [1] })).toBe('OK');
    expect(await rows('select count(*) as n from scripted')).toEqual([{ n: 2 }]);
    const error = await errorOf(db.call({ query: 'select 1; selec', batch: false }));
    expect(error.message).toMatch(/Batch execution failed: syntax error/);
    expect(error.details).toMatchObject({ code: 'PHLOW_STORE_FAILED', data: { sqlState: '42601' } });
    const scripted = await load({ batch: false });
    expect(await scripted.call({ query: 'select 1' })).toBe('OK');
    expect(await scripted.call({ query: 'select 1', batch: true })).toMatchObject({ success: true });
  });

  test('prepares statements once for each connection, and again when they have become invalid', async () => {
    const one = await load({ max_pool_size: 1 });
    await one.call({ query: 'create table kept (id int)' });
    await rows('select * from kept', [], one);
    await rows('select * from kept', [], one);
    await one.call({ query: 'select 7', cache_query: false });
    const prepared = 'select statement from pg_prepared_statements order by 1';
    expect(await rows(prepared, [], one)).toEqual([
      { statement: 'create table kept (id int)' },
      { statement: 'select * from kept' },
      { statement: prepared },
    ]);
    await one.call({ query: 'alter table kept add column more text', cache_query: false });
    await one.call({ query: 'insert into kept values (1, $1)', params: ['x'] });
    expect(await rows('select * from kept', [], one)).toEqual([{ id: 1, more: 'x' }]);
    await one.call({ query: 'deallocate all', batch: false });
    expect(await rows('select * from kept', [], one)).toEqual([{ id: 1, more: 'x' }]);
  });

  test('refuses COPY from and to the client, and goes on', async () => {
    await db.call({ query: 'create table copied (id int)' });
    expect(await db.call({ query: 'copy copied from stdin' })).toMatchObject({ success: false });
    expect(await db.call({ query: 'copy (select 1) to stdout' })).toMatchObject({
      error: { message: 'COPY between client and server is not supported' },
    });
    expect(await rows('select 1 as v')).toEqual([{ v: 1 }]);
  });

  test('a statement that leaves a transaction open is rolled back, and an error', async () => {
    const one = await load({ max_pool_size: 1 });
    expect(await one.call({ query: 'begin' })).toMatchObject({
      success: false,
      error: { message: expect.stringContaining('left a transaction open') },
    });
    expect(await rows('select 1 as v', [], one)).toEqual([{ v: 1 }]);
  });

  test('streams rows as they are read, of any number', async () => {
    const seen: number[] = [];
    const query = 'select generate_series(1, 1000000000) as n';
    for await (const row of db.stream({ query, stream: true })) {
      seen.push((row as { n: number }).n);
      if (seen.length === 1_000) break;
    }
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    const all: unknown[] = [];
    for await (const row of db.stream({ query: 'select 1 as n where $1', params: [true], stream: true }))
      all.push(row);
    expect(all).toEqual([{ n: 1 }]);
    const error = await errorOf(
      (async () => {
        for await (const row of db.stream({
          query: 'select 1 / (n - 150) as n from generate_series(1, 200) as n',
          stream: true,
        }))
          all.push(row);
      })(),
    );
    expect(error.details).toMatchObject({ code: 'PHLOW_STORE_FAILED', data: { sqlState: '22012' } });
    expect(await rows('select 1 as v')).toEqual([{ v: 1 }]);
  });

  test.each([
    [undefined, 'Input value is None'],
    [[1], 'Input must be an object'],
    [{}, 'Query not found or not a string'],
    [{ query: null }, 'Query not found or not a string'],
    [{ action: 'commit' }, "Missing 'transaction' field for commit action"],
    [{ action: 'transaction' }, "Missing 'queries' field for transaction action"],
    [
      { action: 'drop' },
      "Invalid action 'drop'. Must be one of: query, begin, commit, rollback, transaction",
    ],
  ])('fails the step for the input %j (Q-NONOBJECT-PANIC)', async (input, message) => {
    const error = await errorOf(db.call(input));
    expect(error.message).toContain(`Failed to parse input: ${message}`);
  });

  test.each([
    [{ ssl_mode: 'maybe' }, "Invalid SSL mode. Use 'disable', 'prefer', 'require' or 'verify'."],
    [{ max_pool_size: 0 }, 'max_pool_size must be a whole number from 1 to 1000'],
    [{ ca: 'x.pem' }, "'ca' is used with ssl_mode 'verify' alone"],
    [{ ca: '/nowhere/x.pem', ssl_mode: 'verify' }, "Cannot read the certificates of 'ca'"],
  ])('refuses the settings %j (Q-CONFIG-DEAD)', async (settings, message) => {
    const error = await errorOf(load(settings));
    expect(error.message).toContain(message);
  });

  test('needs no settings (Q-ABORT-NULL-WITH), and waits for no server to load', async () => {
    await withHost(async (own) => {
      await own.load('postgres');
      await own.load<string>('postgres', { name: 'text', with: { host: null, port: 'x' } });
      expect((await errorOf(own.load<string>('postgres', { name: 'no', with: 3 }))).message).toContain(
        "Postgres 'with' must be an object",
      );
    });
  });

  test('says that it needs the level trusted', async () => {
    await withHost(async (own) => {
      const error = await errorOf(
        own.load('postgres', { isolation: 'isolated', grant: { net: { connect: ['127.0.0.1:5432'] } } }),
      );
      expect(error.message).toContain('load it as trusted');
    });
  });

  test('shows the password nowhere (Q-LOG-SECRETS)', async () => {
    await withHost(async (own, lines) => {
      const wrong = 'another password of this test';
      const module = await own.load<string>('postgres', { with: { ...server.settings, password: wrong } });
      const error = await errorOf(module.call({ query: 'select 1' }));
      expect(error.message).toContain('Failed to get client from pool: ');
      expect(error.message).toContain('password authentication failed');
      expect(error.details).toMatchObject({ code: 'PHLOW_STORE_DOWN', data: { wasSent: false } });
      const all = JSON.stringify([lines, error, error.stack, error.details, own.inspect()]);
      expect(all).not.toContain(wrong);
      expect(all).not.toContain(PASSWORD);
    });
  });

  test('runs as many calls at once as the pool has connections; the rest wait', async () => {
    const pool = await load({ max_pool_size: 3 });
    await pool.call({ query: 'create table seen (n int)' });
    const query =
      "select count(*) as n from pg_stat_activity where application_name = 'phlow' and state = 'active'";
    const results = await Promise.all(Array.from({ length: 20 }, () => rows(query, [], pool)));
    for (const [row] of results) expect(row?.['n']).toBeLessThanOrEqual(3);
  });

  test('a call that is given up ends its statement on the server', async () => {
    const one = await load({ max_pool_size: 1 });
    const caller = new AbortController();
    const call = one.call({ query: "select pg_sleep(600), 'given up' as v" }, { signal: caller.signal });
    await until(async () => (await active("%'given up'%")) === 1);
    caller.abort();
    expect((await errorOf(call)).code).toBe('PHLOW_CALL_CANCELLED');
    await until(async () => (await active("%'given up'%")) === 0);
    expect(await rows('select 1 as v', [], one)).toEqual([{ v: 1 }]);
  });

  test('so does a deadline, and one that is waiting for a connection leaves the queue', async () => {
    const one = await load({ max_pool_size: 1 });
    const slow = one.call({ query: "select pg_sleep(600), 'too slow' as v" }, { timeoutMs: 500 });
    const behind = one.call({ query: 'select 2 as v' }, { timeoutMs: 100 });
    expect((await errorOf(behind)).code).toBe('PHLOW_CALL_TIMED_OUT');
    expect((await errorOf(slow)).code).toBe('PHLOW_CALL_TIMED_OUT');
    expect(await rows('select 1 as v', [], one)).toEqual([{ v: 1 }]);
    expect(await active("%'too slow'%")).toBe(0);
  });

  async function active(like: string): Promise<number> {
    const query =
      "select count(*) as n from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()";
    const [row] = await rows(query, [like]);
    return Number(row?.['n']);
  }
});
