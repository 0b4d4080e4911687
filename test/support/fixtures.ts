import { fileURLToPath } from 'node:url';

/** The folder of a module that exists for tests, hostile ones included. */
export function fixtureModule(name: string): string {
  return fileURLToPath(new URL(`../../../test/fixtures/modules/${name}`, import.meta.url));
}
