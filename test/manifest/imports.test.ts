import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const MODULES = ['validator', 'dialect'].map(
  (name) => new URL(`../../src/manifest/${name}.js`, import.meta.url).href,
);

test('a worker that imports the validator and the dialect loads no YAML parser', () => {
  const script = `
    import { createRequire } from 'node:module';
    const require = createRequire(process.cwd() + '/');
    await Promise.all(${JSON.stringify(MODULES)}.map((url) => import(url)));
    console.log(Object.keys(require.cache).filter((path) => /node_modules[\\\\/]yaml[\\\\/]/.test(path)).length,
      Object.keys(require.cache).some((path) => /node_modules[\\\\/]ajv[\\\\/]/.test(path)));
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(out.trim()).toBe('0 true');
});
