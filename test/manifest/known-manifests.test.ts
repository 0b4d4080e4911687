import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { knownManifest } from '../../src/manifest/known-manifests.js';
import { PHLOW_FOLDER } from '../../src/manifest/phlow-folder.js';
import { BUILT_IN_MANIFESTS } from '../../src/manifest/built-in-modules.js';
import { compileSchema } from '../../src/manifest/compile-schema.js';
import type { Manifest } from '../../src/manifest/manifest.js';
import { parseManifest } from '../../src/manifest/parse.js';

const SCHEMAS = ['with', 'input', 'output'] as const;

/** What a manifest says, and the code of its checks. */
function contents(manifest: Manifest | undefined): unknown {
  const codes = SCHEMAS.map((key) => {
    const schema = manifest?.[key];
    return schema === undefined ? undefined : compileSchema(schema).code;
  });
  return { ...manifest, placeOf: manifest?.placeOf('/name'), codes };
}

describe.each(Object.entries(BUILT_IN_MANIFESTS))('the manifest of %s that the build has read', (_, path) => {
  const file = join(PHLOW_FOLDER, path);
  const text = readFileSync(file, 'utf8');

  test('is what reading it comes to', () => {
    expect(contents(knownManifest(text, file))).toEqual(contents(parseManifest(text, file)));
  });

  test('is of no use for another text, in another place, or where somebody has changed Object.prototype', () => {
    expect(knownManifest(`${text}\n`, file)).toBeUndefined();
    expect(knownManifest(text, '/elsewhere/phlow.yaml')).toBeUndefined();
    Object.defineProperty(Object.prototype, 'added', { value: 1, enumerable: true, configurable: true });
    try {
      expect(knownManifest(text, file)).toBeUndefined();
    } finally {
      Reflect.deleteProperty(Object.prototype, 'added');
    }
  });

  test('is not shared by those who read it', () => {
    expect(knownManifest(text, file)?.permissions).not.toBe(knownManifest(text, file)?.permissions);
  });
});
