import { checkAborts } from './abort.js';
import type { Result, Web } from './check.js';
import { checkClones } from './clone.js';
import {
  checkBase64,
  checkEncode,
  checkEncodeInto,
  checkFatal,
  checkLabels,
  checkOptions,
  checkPieces,
} from './encoding.js';
import { checkParams, checkQueries, checkWritten } from './query.js';
import { checkHosts, checkSetters, checkUrls } from './url.js';

/** Cases by the name of the file that they stand in. */
export type CaseData = Readonly<Record<string, readonly unknown[]>>;

/** All cases against one set of classes. */
export function runCases(web: Web, data: CaseData): readonly Result[] {
  // Each file holds the cases that its check takes.
  const of = <T>(name: string): readonly T[] => (data[name] ?? []) as readonly T[];
  return [
    ...checkUrls(web, of('url')),
    ...checkSetters(web, of('url-setters')),
    ...checkHosts(web, of('url-hosts')),
    ...checkQueries(web, of('query-parse')),
    ...checkWritten(web, of('query-write')),
    ...checkParams(web),
    ...checkLabels(web, of('encoding-labels')),
    ...checkFatal(web, of('encoding-fatal')),
    ...checkPieces(web, of('encoding-pieces')),
    ...checkEncode(web, of('encode-surrogates')),
    ...checkEncodeInto(web, of('encode-into')),
    ...checkOptions(web),
    ...checkBase64(web, of('base64')),
    ...checkAborts(web),
    ...checkClones(web),
  ];
}
