import { fileURLToPath } from 'node:url';
import { nodeFeatures } from '../../../src/sandbox/node-features.js';
import { guestCore } from '../../../workers/guest/build.js';
import { bootThread, LIBRARY } from '../boot-thread.js';
import type { AuditReport } from './guest-audit.js';

/** Where the list of reachable paths is kept for the Node that runs. */
export function snapshotFile(): string {
  const major = process.versions.node.split('.')[0] ?? '';
  return fileURLToPath(new URL(`../../../../test/sandbox/audit/reachable-node${major}.txt`, import.meta.url));
}

/** Builds a module's surroundings in a real sandboxed thread and reports what can be reached from them. */
export async function audit(): Promise<AuditReport> {
  const core = await guestCore(fileURLToPath(new URL('./guest-audit.js', import.meta.url)));
  return JSON.parse(await bootThread(`${LIBRARY}\n${core}`, [nodeFeatures().permissionFlag])) as AuditReport;
}
