import type { Result } from './checks/check.js';
import { EXCEPTIONS, NODES_OWN } from './exceptions.js';

/** What the cases came to, once those are taken out that are known not to hold. */
export interface Report {
  readonly passed: number;
  /** Node's own classes fail them as well, and they are about what Node does for ours. */
  readonly nodesOwn: readonly Result[];
  /** Listed, with their reason. */
  readonly excepted: readonly Result[];
  readonly unexpected: readonly string[];
}

/** Compares the results of our classes with those of Node's and with the list of exceptions. */
export function reportOf(ours: readonly Result[], nodes: readonly Result[]): Report {
  const failedInNode = new Set(failures(nodes).map(({ name }) => name));
  const listed = new Set(EXCEPTIONS.map(({ name }) => name));
  const failed = failures(ours);
  const names = new Set(ours.map(({ name }) => name));
  const failedNames = new Set(failed.map(({ name }) => name));
  const isNodesOwn = ({ name }: Result): boolean => NODES_OWN.test(name) && failedInNode.has(name);
  const isListed = ({ name }: Result): boolean => listed.has(name);
  return {
    passed: ours.length - failed.length,
    nodesOwn: failed.filter(isNodesOwn),
    excepted: failed.filter((result) => !isNodesOwn(result) && isListed(result)),
    unexpected: [
      ...failed
        .filter((result) => !isNodesOwn(result) && !isListed(result))
        .map(({ name, reason }) => `${name}: ${reason ?? ''}`),
      ...[...listed].filter((name) => !names.has(name)).map((name) => `${name}: there is no such case`),
      ...[...listed]
        .filter((name) => names.has(name) && !failedNames.has(name))
        .map((name) => `${name}: holds`),
    ],
  };
}

function failures(results: readonly Result[]): readonly Result[] {
  return results.filter(({ reason }) => reason !== undefined);
}
