import { PhlowError } from '../../errors.js';
import type { PhsValue } from '../../phs/values/value.js';
import type { EndRecord, ErrorRecord, JournalRecord, Owner, StartRecord, StepRecord } from './records.js';
import { unboxed } from './value-box.js';

/** What the journal of a run says, taken together. */
export class KeptRun {
  readonly start: StartRecord;
  /** The steps that were left in each body, by its path, in order. */
  readonly bodies = new Map<string, StepRecord[]>();
  /** The steps marked `once` that have begun and not ended, by their visits, with where they are in the flow. */
  readonly begun = new Map<string, string>();
  /** Outputs of such steps that somebody has given. */
  readonly known = new Map<string, PhsValue>();
  readonly items = new Map<string, readonly PhsValue[]>();
  readonly failures = new Map<string, ErrorRecord>();
  /** How often the run has failed and was resumed. */
  endings = 0;
  /** Undefined while somebody works on the run, or has died at it. */
  end: EndRecord | undefined;
  owner: Owner;
  /** Where the step that was left last is in the flow. */
  lastStep: string | undefined;

  constructor(start: StartRecord) {
    this.start = start;
    this.owner = start.by;
  }

  /** Reads records in order. `where` names the journal in messages. Throws PHLOW_JOURNAL_INVALID. */
  static of([first, ...rest]: readonly JournalRecord[], where: string): KeptRun {
    if (first?.t !== 'run')
      throw new PhlowError('PHLOW_JOURNAL_INVALID', `Cannot read ${where}: it does not begin with a run`);
    const kept = new KeptRun(first);
    for (const record of rest) kept.#add(record);
    return kept;
  }

  /** Steps of bodies inside of a visit do not count any more. */
  forget(visit: string): void {
    for (const path of this.bodies.keys()) if (path.startsWith(`${visit}.`)) this.bodies.delete(path);
    for (const key of this.items.keys()) if (isWithin(key, visit)) this.items.delete(key);
  }

  #add(record: JournalRecord): void {
    switch (record.t) {
      case 'run':
        return;
      case 'step':
        this.#step(record);
        return;
      case 'begin':
        this.begun.set(record.k, record.s);
        return;
      case 'items':
        this.items.set(record.k, unboxed(record.v) as readonly PhsValue[]);
        return;
      case 'retry':
        this.forget(record.k);
        return;
      case 'fail':
        this.failures.set(record.k, record.error);
        return;
      case 'known':
        this.begun.delete(record.k);
        this.known.set(record.k, unboxed(record.v));
        return;
      case 'again':
        this.begun.clear();
        return;
      case 'resume':
        this.#resume(record.by);
        return;
      case 'end':
        this.end = record;
    }
  }

  #step(record: StepRecord): void {
    const path = record.k.slice(0, record.k.lastIndexOf('/') + 1);
    const body = this.bodies.get(path);
    if (body === undefined) this.bodies.set(path, [record]);
    else body.push(record);
    this.forget(record.k);
    this.begun.delete(record.k);
    this.known.delete(record.k);
    this.lastStep = record.s;
  }

  /** A failed run goes on at the step that failed: what its flow did behind that is over. */
  #resume(by: Owner): void {
    this.owner = by;
    if (this.end?.state === 'failed' && this.failures.size > 0) {
      this.failures.clear();
      this.endings++;
    }
    this.end = undefined;
  }
}

function isWithin(key: string, visit: string): boolean {
  return key === visit || key.startsWith(`${visit}.`);
}
