import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { messageOf } from '../../../src/errors.js';
import { compileProgram } from '../../../src/phs/program.js';
import { toValue } from '../../../src/phs/values/value.js';

/** What the cases came to. */
export interface RhaiReport {
  passed: number;
  readonly failures: string[];
  readonly exceptions: { readonly code: string; readonly reason: string }[];
}

/** What is said of an expression: its value, or a part of the message it fails with. */
interface Said {
  readonly is?: unknown;
  readonly fails?: string;
}

interface RhaiCase extends Said {
  readonly code: string;
  readonly instead?: Said;
  readonly because?: string;
}

const CASES = fileURLToPath(new URL('../../../../test/conformance/rhai/cases.yaml', import.meta.url));

/** Evaluates every expression of the cases: it must say what Rhai says, or what the case gives as an exception. */
export function runRhaiCases(): RhaiReport {
  const groups = parse(readFileSync(CASES, 'utf8')) as Readonly<Record<string, readonly RhaiCase[]>>;
  const report: RhaiReport = { passed: 0, failures: [], exceptions: [] };
  for (const [group, cases] of Object.entries(groups)) {
    for (const { code, instead, because, ...said } of cases) {
      const problem = problemOf(code, instead ?? said);
      if (problem !== undefined) report.failures.push(`${group}: ${code}: ${problem}`);
      else if (instead === undefined) report.passed++;
      else report.exceptions.push({ code, reason: because ?? '' });
    }
  }
  return report;
}

function problemOf(code: string, { is, fails }: Said): string | undefined {
  let value: unknown;
  try {
    value = toValue(compileProgram(code, { print: () => undefined }).run({}));
  } catch (error) {
    const message = messageOf(error);
    return fails !== undefined && message.includes(fails) ? undefined : `fails with ${message}`;
  }
  if (fails !== undefined) return `wanted an error with "${fails}", got ${JSON.stringify(value)}`;
  return isDeepStrictEqual(value, is)
    ? undefined
    : `wanted ${JSON.stringify(is)}, got ${JSON.stringify(value)}`;
}
