import { flow, MANIFEST, MARKING, steps, use, type Subject } from './subject.js';
import { PACKAGE_SUBJECTS } from './package-subjects.js';

/** A package with this manifest beyond its name, used with this input. */
function manifest(name: string, text: string, input = '1'): Subject {
  const files = {
    'phlow_packages/p/phlow.yaml': `${MANIFEST}${text}\n`,
    'phlow_packages/p/index.js': MARKING,
    'main.phlow': use(input),
  };
  return { name, files };
}

/** A package in which these commands make something odd. */
function made(name: string, make: string, files: Readonly<Record<string, string>> = {}): Subject {
  return flow(name, use('1'), { make, files });
}

const many = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');
/** Ten packages whose settings break a pattern of this kind after a long way. */
function patterns(name: string, pattern: string, text = 'a'.repeat(60_000)): Subject {
  const quoted = JSON.stringify(pattern);
  const settings = `with:\n  type: object\n  properties:\n${many(10, (n) => `    x${n}: { type: string, pattern: ${quoted}, default: "${text.slice(0, 4_000)}" }`)}\n`;
  return {
    name: `patterns: ${name}`,
    files: {
      'phlow_packages/p/phlow.yaml': `${MANIFEST}${settings}input: { type: string, pattern: ${quoted} }\n`,
      'phlow_packages/p/index.js': MARKING,
      'main.phlow': use(`"${text}"`),
    },
  };
}
const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

/** Each for one way to keep somebody busy. */
export const SUBJECTS: readonly Subject[] = [
  manifest(
    'a pattern that backtracks, a literal input',
    'input: { type: string, pattern: "^(a+)+$" }',
    `"${'a'.repeat(40)}!"`,
  ),
  manifest(
    'such a pattern for keys',
    'input: { type: object, patternProperties: { "^(a+)+$": {} } }',
    `{ ${'a'.repeat(40)}b: 1 }`,
  ),
  manifest(
    'such a pattern for settings',
    'with: { type: object, properties: { x: { type: string, pattern: "^(\\\\w+\\\\s?)*$", default: "x" } } }',
  ),
  patterns('a count behind an open part', '^a*a{20000}x'),
  patterns('a counted class behind a lazy part', '^[ab]*?[ab]{20000}x'),
  patterns('counts in each other', '^(?:(?:a{50}){20}){20}x'),
  patterns('counts in alternatives', '^(?:a{5000}|a{5001}|a{5002})*x'),
  patterns('a count in a look ahead', '(?=a{2000}x)a'),
  patterns('a count in a look behind', '(?<=xa{2000})a'),
  patterns('a range without end', '^a{2,}a{2,20000}a{2,}x'),
  patterns('back references', '^(a*)(a*)(?:a{1,9}\\1)*\\2x'),
  patterns('an empty group a billion times', '(?:){1000000000}x'),
  patterns('tables of Unicode', '[\\p{L}a](?:\\p{L}|\\P{N})'.repeat(100)),
  patterns('characters of another plane', '^(?:\\p{L}|.|[^x])*x', 'é😀'.repeat(20_000)),
  flow(
    'a thousand such patterns',
    `modules:\n${many(1_000, (n) => `  - module: p\n    name: p${n}`)}\nsteps:\n${many(1_000, (n) => `  - use: p${n}\n    input: "${'a'.repeat(40)}!"`)}\n`,
    {
      files: {
        'phlow_packages/p/phlow.yaml': `${MANIFEST}input: { type: string, pattern: "^(a+)+$" }\n`,
      },
    },
  ),
  flow(
    'a thousand calls of such a pattern that ends in time',
    steps(many(1_000, (n) => `  - use: p\n    input: "${'a'.repeat(24)}!${n}"`)),
    {
      files: {
        'phlow_packages/p/phlow.yaml': `${MANIFEST}input: { type: string, pattern: "^(a+)+$" }\n`,
      },
    },
  ),
  flow(
    'ten thousand calls of a module with a large schema',
    steps(many(10_000, (n) => `  - use: p\n    input: { a: ${n} }`)),
    {
      files: {
        'phlow_packages/p/phlow.yaml': `${MANIFEST}input:\n  type: object\n  properties:\n${many(1_500, (n) => `    a${n}: { type: string }`)}\n`,
      },
    },
  ),
  made(
    'twenty packages with schemas that take long',
    'for i in $(seq 20); do cp -r phlow_packages/p phlow_packages/p$i; sed -i "s/name: p/name: p$i/" phlow_packages/p$i/phlow.yaml; done',
    {
      'phlow_packages/p/phlow.yaml': `${MANIFEST}with: { type: object, properties: { x: { type: string, pattern: "^(a+)+$", default: "${'a'.repeat(40)}!" } } }\n`,
    },
  ),
  manifest(
    'a schema that refers to itself',
    'input: { $defs: { a: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }',
  ),
  manifest(
    'alternatives within alternatives',
    `input: ${nested(40, '{ anyOf: [{ type: string }, ', '{}] }')}`.slice(0, 60_000),
  ),
  manifest(
    'ten thousand permissions',
    `permissions:\n  net:\n    connect: [${many(3_000, (n) => `"h${n}.example:1"`).replaceAll('\n', ', ')}]`,
  ),
  manifest(
    'anchors that multiply',
    many(30, (n) => `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`).replace('*a-1, *a-1', '1'),
  ),
  manifest(
    'names that hide and escape',
    'description: "\\u001b[2J\\u202e\\u200b"\npermissions: { env: ["A\\u001b[31m"] }',
  ),
  manifest('defaults of a megabyte', `input: { type: string, default: "${'x'.repeat(60_000)}" }`),
  manifest('a tag of another language', 'description: !!js/function "function () { process.exit(7) }"'),
  manifest(
    'unique items',
    `input: { type: array, uniqueItems: true }`,
    `[${many(2_000, (n) => `[${n}]`).replaceAll('\n', ', ')}]`,
  ),
  manifest('a code that every command could take for its own', 'exit: 0\nmain: ../../../../bin/sh'),
  flow('an import that never ends', steps('  - payload: !import /dev/zero')),
  flow('an import of the kernel log', steps('  - payload: !import /proc/kmsg')),
  flow('an import of a terminal', steps('  - payload: !import /dev/tty')),
  flow('an import of what is typed', steps('  - payload: !import /dev/stdin')),
  flow('an import without end', steps('  - payload: !import /proc/self/pagemap')),
  flow('an import of a folder', steps('  - payload: !import phlow_packages')),
  flow('an import of a pipe', steps('  - payload: !import pipe.txt'), { make: 'mkfifo pipe.txt' }),
  flow('an include of a pipe', 'steps:\n!include part\n', { make: 'mkfifo part.phlow' }),
  flow('a flow that is a pipe', '', { make: 'rm main.phlow && mkfifo main.phlow' }),
  flow('a flow that is a device', '', { make: 'ln -sf /dev/zero main.phlow' }),
  flow('a flow of a terabyte', '', { make: 'truncate -s 1T main.phlow' }),
  flow('an import of a terabyte', steps('  - payload: !import big'), { make: 'truncate -s 1T big' }),
  flow('8 000 equal ids', steps(many(8_000, () => '  - id: same\n    payload: 1'))),
  flow(
    '8 000 equal ids that are jumped to',
    steps(`  - to: same\n${many(8_000, () => '  - id: same\n    payload: 1')}`),
  ),
  flow('one line of 15 MB', steps(`  - payload: "${'x'.repeat(15_000_000)}"`)),
  flow('one list of 15 MB', steps(`  - payload: [${'1,'.repeat(7_500_000)}1]`)),
  flow('one script of 15 MB', steps(`  - payload: !phs ${'1 + '.repeat(3_700_000)}1`)),
  flow('a hundred thousand brackets', steps(`  - payload: ${nested(100_000, '[', ']')}`)),
  flow('a hundred thousand parentheses', steps(`  - payload: !phs ${nested(100_000, '(', ')')}`)),
  flow(
    'aliases that multiply',
    `${many(40, (n) => `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`).replace('*a-1, *a-1', '1')}\nsteps: []\n`,
  ),
  flow('includes in a circle', 'steps:\n!include main\n'),
  flow('includes that multiply', 'steps:\n!include a\n!include a\n', {
    files: { 'a.phlow': '!include b\n!include b\n', 'b.phlow': '!include a\n!include a\n' },
  }),
  flow('50 000 modules', `modules:\n${many(50_000, (n) => `  - module: m${n}`)}\nsteps: []\n`),
  flow('100 000 steps', steps(many(100_000, (n) => `  - id: s${n}\n    payload: ${n}`))),
  flow(
    '100 000 test cases',
    `${steps('  - payload: 1')}tests:\n${many(100_000, (n) => `  - main: ${n}\n    assert: true`)}\n`,
  ),
  flow('a template that nests', steps(`  - payload: !phs ${'`${'.repeat(5_000)}1${'}`'.repeat(5_000)}`)),
  flow('ids with escapes', steps('  - id: "a\\u001b[2J\\nb\\u202e"\n    payload: 1')),
  flow('bytes that are no text', '', { make: 'head -c 100000 /dev/urandom > main.phlow' }),
  flow('a link that leads to itself', '', { make: 'rm main.phlow && ln -s main.phlow main.phlow' }),
  made('a manifest that is a pipe', 'rm phlow_packages/p/phlow.yaml && mkfifo phlow_packages/p/phlow.yaml'),
  made('a manifest that is a device', 'ln -sf /dev/zero phlow_packages/p/phlow.yaml'),
  made('a manifest of a terabyte', 'truncate -s 1T phlow_packages/p/phlow.yaml'),
  made('an entry that is a pipe', 'rm phlow_packages/p/index.js && mkfifo phlow_packages/p/index.js'),
  made('a description of the package that is a pipe', 'mkfifo phlow_packages/p/package.json'),
  made('a file of a terabyte in the package', 'truncate -s 1T phlow_packages/p/data.bin'),
  made('a package that holds itself', 'ln -s . phlow_packages/p/again'),
  made('a package that holds the machine', 'ln -s / phlow_packages/p/machine'),
  made(
    'pipes and devices in the package',
    'mkfifo phlow_packages/p/a.js && ln -s /dev/zero phlow_packages/p/b.js && ln -s /dev/tty phlow_packages/p/c.json',
  ),
  made(
    '30 000 files in the package',
    'mkdir phlow_packages/p/d && cd phlow_packages/p/d && seq 30000 | xargs touch',
  ),
  made('folders 500 deep', 'cd phlow_packages/p && for i in $(seq 500); do mkdir d && cd d; done'),
  made('a lock file that is a pipe', 'mkfifo phlow.lock'),
  made('a lock file that is a device', 'ln -s /dev/zero phlow.lock'),
  made('a lock file without end', 'ln -s /proc/self/pagemap phlow.lock'),
  made('a claim of the lock file that is a pipe', 'mkfifo phlow.lock.claim'),
  made('a manifest without end', 'ln -sf /proc/self/pagemap phlow_packages/p/phlow.yaml'),
  made('an entry without end', 'ln -sf /proc/self/pagemap phlow_packages/p/index.js'),
  made('a description of the package without end', 'ln -s /proc/self/pagemap phlow_packages/p/package.json'),
  made('a test of the package that is a pipe', 'mkfifo phlow_packages/p/p.test.phlow'),
  made('a folder in the place of the flow', 'rm main.phlow && mkdir main.phlow'),
  made('a folder in the place of the lock file', 'mkdir phlow.lock'),
  made('a lock file of a terabyte', 'truncate -s 1T phlow.lock'),
  made('a dependency on the folder above', 'true', {
    'phlow_packages/p/package.json':
      '{"name":"p","dependencies":{"../../..":"1","/usr":"1"},"scripts":{"preinstall":"touch $MARKER"}}',
  }),
  ...PACKAGE_SUBJECTS,
];
