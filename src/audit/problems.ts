import { dirname } from 'node:path';
import type { PhlowError } from '../errors.js';
import { alikeText, lockCommand } from '../sandbox/lock/assert-locked.js';
import { lockDiffText } from '../sandbox/lock/lock-diff.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { LockState, lockWord } from './examine.js';

/** Something that an owner has to look at. */
export interface Problem {
  /** The name of the module, with those of the scripts around it; the flow's path for the flow itself. */
  readonly module: string;
  readonly problem: string;
}

/** What was found out about a module. */
interface Audited {
  readonly name: string;
  readonly origin: string;
  readonly level: IsolationLevel;
  readonly lock: ReturnType<typeof lockWord>;
  readonly unused: readonly string[];
}

/** What of a module its owner has to look at. */
export function problemsOf(
  audited: Audited,
  refused: PhlowError | undefined,
  compared: LockState | undefined,
): readonly Problem[] {
  const { name, lock, origin, level, unused } = audited;
  const problems: string[] = refused === undefined ? [] : [refused.message];
  if (compared?.diff !== undefined && (lock === 'changed' || lock === 'new')) {
    const { diff, place } = compared;
    const found = diff.isNew
      ? `not in the lock file${alikeText(place.alike)}`
      : 'not what the lock file accepted';
    const help = `If you accept that: ${lockCommand(place.key, dirname(place.file))}`;
    problems.push([`it is ${found}`, lockDiffText(diff), help].join('\n'));
  }
  if (origin === 'package' && (level === 'trusted' || level === 'inline'))
    problems.push(`code from elsewhere runs ${level}: it can do whatever the process can`);
  if (unused.length > 0) problems.push(`granted and not asked for: ${unused.join(', ')}`);
  return problems.map((problem) => ({ module: name, problem }));
}
