import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { flow, use, type Subject } from './subject.js';

const P = 'phlow_packages/p';
const SHARED = 'phlow_packages/node_modules';

const listed = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join('');
const declaring = (count: number, name = 'p'): string =>
  `{"dependencies":{"a":"1"${listed(count, (n) => `,"${name}${n}":"1"`)}}}`;

/** A package beside which others are shared, and in which this is made. */
function made(
  name: string,
  build: (folder: string, shared: string) => void,
  files: Readonly<Record<string, string>> = {},
): Subject {
  const inPackage = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${P}/${path}`, text]));
  return flow(name, use('1'), {
    files: { [`${SHARED}/shared/package.json`]: '{}', ...inPackage },
    build: (app) => build(join(app, P), join(app, SHARED)),
  });
}

function packed(name: string, files: Readonly<Record<string, string>>): Subject {
  return made(name, () => undefined, files);
}

/** A package whose entry imports this source. */
function source(name: string, text: string): Subject {
  return packed(name, { 'index.js': `import './x.js';\nexport default () => 1;\n`, 'x.js': text });
}

function writeMany(
  folder: string,
  count: number,
  path: (n: number) => string,
  text: (n: number) => string,
): void {
  for (let n = 0; n < count; n++) {
    const file = join(folder, path(n));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text(n));
  }
}

/** Packages that are large, deep or slow to read. */
export const PACKAGE_SUBJECTS: readonly Subject[] = [
  packed('a package.json of 300 000 dependencies', { 'package.json': declaring(300_000) }),
  packed('a package.json of 10 000 dependencies', { 'package.json': declaring(9_999) }),
  packed('a package.json of 2 000 dependencies', { 'package.json': declaring(2_000) }),
  packed('a package.json of 4 MB that nests', { 'package.json': '{"a":'.repeat(800_000) }),
  packed('a package.json of 1 MB that nests', { 'package.json': '['.repeat(1_000_000) }),
  packed('exports of 100 000 files', {
    'package.json': `{"exports":{".":"./index.js"${listed(100_000, (n) => `,"./${n}":"./${n}.js"`)}}}`,
  }),
  packed('own names for 1 900 packages', {
    'package.json': `{"imports":{"#a":"./index.js"${listed(1_900, (n) => `,"#${n}":"p${n}"`)}}}`,
  }),
  packed('own names for 20 000 packages', {
    'package.json': `{"imports":{"#a":"./index.js"${listed(20_000, (n) => `,"#${n}":"p${n}"`)}}}`,
  }),
  made('300 packages that each depend on the same 300', (folder) =>
    writeMany(
      folder,
      300,
      (n) => `node_modules/p${n}/package.json`,
      () => declaring(300, 'q'),
    ),
  ),
  made('300 packages that each depend on 300 of their own', (folder) =>
    writeMany(
      folder,
      300,
      (n) => `node_modules/p${n}/package.json`,
      (n) => declaring(300, `q${n}-`),
    ),
  ),
  made(
    'a circle of 10 000 packages',
    (_, shared) =>
      writeMany(
        shared,
        10_000,
        (n) => `p${n}/package.json`,
        (n) => `{"dependencies":{"p${(n + 1) % 10_000}":"1"}}`,
      ),
    { 'package.json': '{"dependencies":{"p0":"1"}}' },
  ),
  made('200 000 files in a folder', (folder) =>
    writeMany(
      folder,
      200_000,
      (n) => `many/${n}.js`,
      () => '',
    ),
  ),
  made('90 000 files in a folder', (folder) =>
    writeMany(
      folder,
      90_000,
      (n) => `many/${n}.js`,
      () => '',
    ),
  ),
  made('29 900 files in a folder', (folder) =>
    writeMany(
      folder,
      29_900,
      (n) => `many/${n}.js`,
      () => '',
    ),
  ),
  made('1 900 links', (folder) => {
    mkdirSync(join(folder, 'many'));
    for (let n = 0; n < 1_900; n++) symlinkSync('../index.js', join(folder, 'many', String(n)));
  }),
  made('50 000 links', (folder) => {
    mkdirSync(join(folder, 'many'));
    for (let n = 0; n < 50_000; n++) symlinkSync('../index.js', join(folder, 'many', String(n)));
  }),
  made('folders 1 000 deep', (folder) => mkdirSync(join(folder, 'd/'.repeat(1_000)), { recursive: true })),
  made('a sparse file of a terabyte', (folder) => sparse(join(folder, 'big.bin'), 2 ** 40)),
  made('a sparse file of 1 000 MiB', (folder) => sparse(join(folder, 'big.bin'), 1_000 * 1_048_576)),
  made('a sparse source of 1 000 MiB', (folder) => sparse(join(folder, 'x.js'), 1_000 * 1_048_576), {
    'index.js': `import './x.js';\n`,
  }),
  source(
    '400 000 imports',
    listed(400_000, (n) => `import "p${n}";\n`),
  ),
  source(
    '90 000 imports',
    listed(90_000, (n) => `import "p${n}";\n`),
  ),
  source(
    '20 000 imports of files elsewhere',
    listed(20_000, (n) => `import "../node_modules/p/${n}";\n`),
  ),
  source(
    '7 000 imports of files elsewhere',
    listed(7_000, (n) => `import "../node_modules/p/${n}";\n`),
  ),
  source(
    'a specifier of a megabyte',
    `import "${'x'.repeat(1_000_000)}";\nimport "./${'y/'.repeat(500_000)}";\n`,
  ),
  source('words of imports without names', `//${'from from(((("'.repeat(500_000)}`),
  source('a source of one line of 15 MB', `export const x = "${'x'.repeat(15_000_000)}";`),
  source('a source of a list of 7 MB', `export const x = [${'1,'.repeat(3_500_000)}];`),
  source(
    'a source of a million parentheses',
    `export const x = ${'('.repeat(1_000_000)}1${')'.repeat(1_000_000)};`,
  ),
  source('a source of 3 000 parentheses', `export const x = ${'('.repeat(3_000)}1${')'.repeat(3_000)};`),
  source(
    'a source of 100 000 patterns',
    listed(100_000, (n) => `export const r${n} = /(a+)+$/u;\n`),
  ),
  source(
    'a source of templates within templates',
    `export const x = ${'`${'.repeat(50_000)}1${'}`'.repeat(50_000)};`,
  ),
  source(
    'a source of arrows that may be none',
    `export const x = ${'(a = '.repeat(2_000)}1${')'.repeat(2_000)};`,
  ),
  source(
    'a source of 200 000 functions',
    listed(200_000, (n) => `export function f${n}() {}\n`),
  ),
];

function sparse(file: string, bytes: number): void {
  writeFileSync(file, '');
  truncateSync(file, bytes);
}
