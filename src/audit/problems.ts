import { dirname } from 'node:path';
import type { PhlowError } from '../errors.js';
import { alikeText, lockCommand } from '../sandbox/lock/assert-locked.js';
import { isOnlyLess, lockDiffText } from '../sandbox/lock/lock-diff.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { LockState, LockWord } from './examine.js';

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
  readonly lock: LockWord;
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
  if (compared?.diff !== undefined && lock !== 'none') {
    const { diff, place } = compared;
    const found = diff.isNew
      ? `it is not in the lock file${alikeText(place.alike)}`
      : isOnlyLess(diff)
        ? 'the lock file allows more than it asks for'
        : 'it is not what the lock file accepted';
    const help = `If you accept that: ${lockCommand(place.key, dirname(place.file))}`;
    problems.push([found, lockDiffText(diff), help].join('\n'));
  }
  if (origin === 'package' && (level === 'trusted' || level === 'inline'))
    problems.push(`code from elsewhere runs ${level}: it can do whatever the process can`);
  if (unused.length > 0) problems.push(`granted and not asked for: ${unused.join(', ')}`);
  return problems.map((problem) => ({ module: name, problem }));
}
