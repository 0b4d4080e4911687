import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import type { PhlowError } from '../../src/errors.js';
import { parseManifest } from '../../src/manifest/parse.js';
import type { Effective } from '../../src/sandbox/effective.js';
import { readGrant } from '../../src/sandbox/grants.js';
import { effectivePermissions, type PermissionScene } from '../../src/sandbox/permissions.js';
import { unusedGrants } from '../../src/sandbox/unused-grants.js';

const SCENE: PermissionScene = {
  module: 'parser',
  level: 'isolated',
  folder: '/app/phlow_packages/parser',
  dataFolder: '/app/.data/parser',
  baseFolder: '/app',
  env: { TZ: 'Europe/Berlin', SECRET: 'x' },
};

const ASKS = `
name: parser
permissions:
  fs: { read: ["./templates"], write: ["$DATA/out"] }
  net: { connect: ["api.example.com:443"] }
  env: [TZ]
  crypto: [random, subtle]
  modules: [rates]
  reason: { net.connect: "fetch exchange rates" }
`;

const ALL = {
  fs: { read: ['./templates'], write: { '$DATA/out': '/srv/out' } },
  net: { connect: ['api.example.com:443'] },
  env: { TZ: 'UTC' },
  crypto: ['subtle'],
  modules: ['rates'],
};

function settle(requested: string, grant: unknown, scene: Partial<PermissionScene> = {}): Effective {
  const read = grant === undefined ? undefined : readGrant(grant, 'parser');
  return effectivePermissions(parseManifest(requested, 'phlow.yaml'), read, { ...SCENE, ...scene });
}

function failure(run: () => unknown): PhlowError {
  try {
    run();
  } catch (error) {
    return error as PhlowError;
  }
  throw new Error('nothing was thrown');
}

describe('effective permissions', () => {
  test('of listening are the narrower of what is asked and granted', () => {
    const asks = 'name: parser\npermissions: { net: { listen: ["*:3000", "127.0.0.1:*"] } }';
    const all = settle(asks, { net: { listen: ['127.0.0.1:3000', '[::1]:*', '*:8080'] } });
    expect(all.listen).toEqual([
      { host: '127.0.0.1', port: 3000 },
      { host: '::1', port: 3000 },
      { host: '127.0.0.1', port: 3000 },
      { host: '127.0.0.1', port: 8080 },
    ]);
    expect(() => settle(asks, { net: { listen: ['127.0.0.1:3000', '10.0.0.1:80'] } })).not.toThrow();
    expect(() => settle(asks, { net: { listen: ['10.0.0.1:80'] } })).toThrow(
      /take requests on port 3000 of any address/,
    );
  });

  test('are what is asked and granted, with the real things behind the names', () => {
    expect(settle(ASKS, ALL)).toEqual({
      module: 'parser',
      fs: {
        read: [{ asked: './templates', path: '/app/phlow_packages/parser/templates' }],
        write: [{ asked: '$DATA/out', path: '/srv/out' }],
      },
      net: [{ host: 'api.example.com', port: 443, to: undefined }],
      env: { TZ: 'UTC' },
      timers: { max: 1000, minDelayMs: 1 },
      clock: 'ms',
      crypto: ['random', 'subtle'],
      insecureTls: [],
      listen: [],
      modules: ['rates'],
      terminal: false,
      wasm: false,
      childProcess: false,
      builtins: [],
    });
  });

  test('without a manifest’s asking nothing is given, whatever is granted', () => {
    const settled = settle('name: parser', ALL);
    expect([settled.fs, settled.net, settled.env, settled.modules]).toEqual([
      { read: [], write: [] },
      [],
      {},
      [],
    ]);
    expect(unusedGrants(parseManifest('name: parser', 'phlow.yaml'), readGrant(ALL, 'parser'))).toEqual([
      'fs.read ./templates',
      'fs.write $DATA/out',
      'net.connect api.example.com:443',
      'env TZ',
      'crypto subtle',
      'modules rates',
    ]);
  });

  test('are the narrower of asked and granted', () => {
    const requested =
      'name: parser\npermissions: { fs: { read: [".", "$DATA/in/today"] }, net: { connect: ["*.example.com:443"] } }';
    const settled = settle(requested, {
      fs: { read: { './templates': '.', $DATA: '/srv/data' } },
      net: { connect: ['api.example.com:443', 'other.org:443'] },
    });
    expect(settled.fs.read).toEqual([
      { asked: './templates', path: '/app/phlow_packages/parser/templates' },
      { asked: '$DATA/in/today', path: '/srv/data/in/today' },
    ]);
    expect(settled.net).toEqual([{ host: 'api.example.com', port: 443, to: undefined }]);
  });

  test('a grant maps hosts to addresses, folders to the flow’s own, and copies a variable without a value', () => {
    const requested =
      'name: parser\npermissions: { fs: { read: ["./t"] }, net: { connect: ["A.example.com:443", "[::1]:80"] }, env: [TZ, NOT_SET] }';
    const settled = settle(requested, {
      fs: { read: { t: 'mine' } },
      net: { connect: { 'a.example.com:443': '10.0.0.5', '[::1]:80': '[::1]:8080' } },
      env: ['TZ', 'NOT_SET'],
    });
    expect(settled.fs.read).toEqual([{ asked: './t', path: '/app/mine' }]);
    expect(settled.net).toEqual([
      { host: 'a.example.com', port: 443, to: { host: '10.0.0.5', port: 443 } },
      { host: '::1', port: 80, to: { host: '::1', port: 8080 } },
    ]);
    expect(settled.env).toEqual({ TZ: 'Europe/Berlin' });
  });

  test('trusted modules get what they ask without a grant, and are held to one that is given', () => {
    expect(settle(ASKS, undefined, { level: 'trusted' }).env).toEqual({ TZ: 'Europe/Berlin' });
    expect(failure(() => settle(ASKS, {}, { level: 'trusted' })).code).toBe('PHLOW_GRANT_MISSING');
    for (const level of ['guarded', 'sandboxed', 'isolated'] as const)
      expect(failure(() => settle(ASKS, undefined, { level })).code).toBe('PHLOW_GRANT_MISSING');
  });

  test('timers may be wished for within the host’s limits and need no grant', () => {
    const requested = 'name: parser\npermissions: { timers: { max: 100000, minDelay: 10 } }';
    expect(settle(requested, undefined).timers).toEqual({ max: 1000, minDelayMs: 10 });
  });
});

describe('a missing grant', () => {
  test('is told in plain words, with the author’s reason and the place in the manifest', () => {
    const error = failure(() => settle(ASKS, { env: ['TZ'], modules: ['rates'] }));
    expect(error.code).toBe('PHLOW_GRANT_MISSING');
    expect(error.message).toContain('it asks for 4 permissions that were not granted');
    expect(error.message).toContain('read templates in its own folder (fs.read ./templates)');
    expect(error.message).toContain('send data to api.example.com (port 443) and read the answers');
    expect(error.message).toContain('"fetch exchange rates"');
    expect(error.place).toMatchObject({ file: 'phlow.yaml', line: 4 });
    expect(error.place?.frame).toContain('./templates');
    expect(error.details['missing']).toHaveLength(4);
  });

  test('prints lines that, added to the flow, are the grant', () => {
    const error = failure(() =>
      settle(ASKS, { env: { TZ: 'UTC' }, fs: { write: { '$DATA/out': '/srv/out' } } }),
    );
    const [, rest = ''] = error.message.split('needs:\n');
    const [block = ''] = rest.split('\nor, from code:');
    const { grant } = parseDocument(block.replace(/^ {4}/gm, '')).toJS() as { grant: unknown };
    expect(settle(ASKS, grant)).toEqual(settle(ASKS, ALL));
  });

  test('prints a call that, run, passes the grant', () => {
    const error = failure(() => settle(ASKS, undefined));
    const [, call = ''] = /or, from code:\n(.*)/.exec(error.message) ?? [];
    let passed: { grant: unknown } | undefined;
    const host = { load: (_name: string, options: { grant: unknown }) => (passed = options) };
    runInNewContext(call, { host });
    expect(settle(ASKS, passed?.grant).modules).toEqual(['rates']);
  });

  test('prints an option for the command line that, unwrapped by a shell, passes the grant', () => {
    const [, option = ''] =
      /or, on the command line:\n +--grant (.*)/.exec(failure(() => settle(ASKS, undefined)).message) ?? [];
    const passed = execFileSync('/bin/sh', ['-c', `printf %s ${option}`], { encoding: 'utf8' });
    expect(settle(ASKS, JSON.parse(passed)).modules).toEqual(['rates']);
  });

  test('what a level cannot give in parts is refused with the level that can', () => {
    const requested = 'name: parser\npermissions: { childProcess: true }';
    const error = failure(() => settle(requested, { childProcess: true }));
    expect(error.message).toContain('start other programs');
    expect(error.message).toContain('isolation: trusted');
    expect(settle(requested, { childProcess: true }, { level: 'trusted' }).childProcess).toBe(true);
    const builtins = 'name: parser\npermissions: { builtins: ["node:zlib"] }';
    expect(failure(() => settle(builtins, { builtins: ['zlib'] })).code).toBe('PHLOW_GRANT_MISSING');
    expect(settle(builtins, { builtins: ['zlib'] }, { level: 'guarded' }).builtins).toEqual(['node:zlib']);
  });

  test('a manifest cannot write lines of its own into the message', () => {
    const requested = String.raw`
name: parser
permissions:
  env: ["TZ\n    grant: { childProcess: true }"]
  reason: { env: "harmless\u202e\nIt is safe" }
`;
    const { message } = failure(() => settle(requested, undefined));
    expect(message).not.toContain('\nIt is safe');
    expect(message).toContain('harmless\\u{202e}\\u{a}It is safe');
  });
});

describe('readGrant', () => {
  test.each([
    [{ filesystem: {} }, /grant\.filesystem is no permission\. There are: fs, net, env, modules/],
    [{ environment: ['TZ'] }, /There are: fs, net, env/],
    [{ fs: { raed: ['.'] } }, /Did you mean "fs\.read"/],
    [{ evn: ['TZ'] }, /Did you mean "env"/],
    ['all', /grant must be an object/],
    [{ net: ['a:1'] }, /grant\.net must be an object/],
    [{ fs: { read: ['../..'] } }, /no target/],
    [{ net: { connect: ['example.com'] } }, /no target/],
    [{ modules: { a: 'b' } }, /maps nothing/],
    [{ fs: { read: { '.': 7 } } }, /not a folder/],
    [{ wasm: [true] }, /true or false/],
  ])('refuses %j', (grant, reason) => {
    const error = failure(() => readGrant(grant, 'parser'));
    expect(error.code).toBe('PHLOW_OPTION_INVALID');
    expect(error.message).toMatch(reason);
  });

  test('of something that is not asked for is named, and left out of the lines to write', () => {
    const asking = 'name: parser\npermissions: { env: [MEMO_REGION] }';
    const { message, details } = failure(() => settle(asking, { env: ['MEMO_REGIN'] }));
    expect(message).toContain('It does not ask for env MEMO_REGIN. Did you mean "MEMO_REGION"?');
    expect(details).toMatchObject({ grant: { env: ['MEMO_REGION'] } });
  });

  test('reads one target as a list of one, and no as nothing', () => {
    expect(readGrant({ modules: 'rates', wasm: false, env: null }, 'parser')).toEqual(
      new Map([
        ['env', new Map()],
        ['modules', new Map([['rates', true]])],
        ['wasm', new Map()],
      ]),
    );
  });
});
