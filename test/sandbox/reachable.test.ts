import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { audit, snapshotFile } from './audit/audit.js';
import type { AuditReport } from './audit/guest-audit.js';

describe('what a module in a compartment can reach', () => {
  let report: AuditReport;
  beforeAll(async () => {
    report = await audit();
  });

  test('holds no object that has powers', () => {
    expect(report.forbidden).toEqual([]);
  });

  test('cannot be changed where it is shared with the code around it', () => {
    expect(report.changeable).toEqual([]);
  });

  test('is what was looked at for this Node: a new path is refused until somebody has', () => {
    const known = new Set(readFileSync(snapshotFile(), 'utf8').trimEnd().split('\n'));
    expect(report.paths.length).toBeGreaterThan(500);
    expect(report.paths.filter((path) => !known.has(path))).toEqual([]);
  });
});
