import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Result, Web } from './checks/check.js';
import {
  checkHosts,
  checkSetters,
  checkUrls,
  type HostCase,
  type SetterCase,
  type UrlCase,
} from './checks/url.js';

function data<T>(name: string): readonly T[] {
  const path = fileURLToPath(new URL(`../../../test/wpt/data/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8')) as readonly T[];
}

/** All cases against one set of classes. */
export function runCases(web: Web): readonly Result[] {
  return [
    ...checkUrls(web, data<UrlCase>('url')),
    ...checkSetters(web, data<SetterCase>('url-setters')),
    ...checkHosts(web, data<HostCase>('url-hosts')),
  ];
}
