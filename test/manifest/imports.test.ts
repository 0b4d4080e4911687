import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

/** The files of a library that a process has loaded once it has imported one of ours, relative to the library's folder. */
function loadedBy(ours: string, library: string): string[] {
  const script = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(new URL(`../../${ours}`, import.meta.url).href)});
    const folder = '/node_modules/${library}/';
    const paths = Object.keys(createRequire(process.cwd() + '/').cache).map((path) => path.replaceAll('\\\\', '/'));
    console.log(JSON.stringify(paths.filter((path) => path.includes(folder)).map((path) => path.split(folder)[1])));
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  return (JSON.parse(out) as string[]).toSorted();
}

describe('what a thread needs of manifests', () => {
  test.each(['src/manifest/validator.js', 'src/manifest/dialect.js', 'workers/runtime/load.js'])(
    'loads no YAML parser and no schema compiler: %s',
    (ours) => {
      expect(loadedBy(ours, 'yaml')).toEqual([]);
      const allowed = ['dist/runtime/equal.js', 'dist/runtime/ucs2length.js'];
      expect(loadedBy(ours, 'ajv').filter((path) => !allowed.includes(path))).toEqual([]);
    },
  );

  test('is seen when it does load them', () => {
    expect(loadedBy('src/manifest/meta-check-code.js', 'ajv')).not.toEqual([]);
  });
});

test('the host loads a package with the first need of it, not with the program', () => {
  for (const library of ['yaml', 'piscina']) expect(loadedBy('src/index.js', library)).toEqual([]);
  expect(loadedBy('src/index.js', 'ajv').filter((path) => path.startsWith('dist/compile/'))).toEqual([]);
});
