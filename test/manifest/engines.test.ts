import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { requireEngines } from '../../src/manifest/engines.js';
import { parseManifest } from '../../src/manifest/parse.js';
import { PHLOW_VERSION } from '../../src/version.js';

const manifest = parseManifest('name: x\nengines:\n  node: ">=20.19"\n  phlow: ^0.1\n', 'phlow.yaml');

describe('requireEngines()', () => {
  test('accepts versions inside the ranges', () => {
    expect(() => requireEngines(manifest, { phlow: '0.1.7', node: '24.0.0' })).not.toThrow();
  });

  test('accepts the running versions', () => {
    expect(() => requireEngines(manifest)).not.toThrow();
  });

  test('refuses a version outside with the place of the range', () => {
    expect(() => requireEngines(manifest, { phlow: '0.1.7', node: '20.18.1' })).toThrow(
      expect.objectContaining({
        code: 'PHLOW_ENGINE_UNSUPPORTED',
        message: 'Cannot run module "x": it needs node >=20.19, and this is node 20.18.1',
        place: expect.objectContaining({ line: 3 }),
      }),
    );
  });
});

test('PHLOW_VERSION is the version of the package', () => {
  const file = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  expect((JSON.parse(file) as { version: string }).version).toBe(PHLOW_VERSION);
});
