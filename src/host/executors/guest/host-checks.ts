import type { Validator } from '../../../manifest/validator.js';
import type { Fault } from '../../../wire/fault.js';
import { NOT_COPIED, plainCopy } from '../../../wire/plain-copy.js';
import { DOWN, type CallRecord, type InvalidCallRecord, idOf, opOf, tagOf } from '../../../wire/protocol.js';
import { assertSendable } from '../../../wire/text-codec.js';
import type { OutputCheck } from './output-check.js';

/** The checks of a module whose code runs where none can be generated: they run on the host, before a package leaves and when a reply comes. */
export interface HostChecks {
  readonly input: Validator | undefined;
  readonly output: OutputCheck | undefined;
}

/** One pair of a batch on its way to the module, as it is to be sent: an input that breaks the manifest travels with its violations. */
export function checkedPair(
  tag: number,
  value: unknown,
  check: Validator | undefined,
): readonly [tag: number, value: unknown] {
  const op = opOf(tag);
  if (op === DOWN.capabilityFault || op === DOWN.eventFault || (op === DOWN.end && value !== undefined))
    return [tag, withoutPlaces(value as Fault)];
  if (op !== DOWN.call && op !== DOWN.callWith) return [tag, value];
  const isRequest = op === DOWN.callWith && (value as CallRecord).listener !== undefined;
  if (check === undefined || isRequest)
    return [tag, op === DOWN.call ? value : withoutGaps(value as CallRecord)];
  const record: CallRecord = op === DOWN.call ? { input: value } : (value as CallRecord);
  // The check fills in defaults, and the caller's own object must not change.
  const input = ownCopy(record.input, op === DOWN.call ? '' : '.input');
  const violations = check(input);
  if (violations !== undefined) {
    const invalid: InvalidCallRecord = { input, payload: record.payload, violations };
    return [tagOf(idOf(tag), DOWN.callInvalid), invalid];
  }
  return [tag, op === DOWN.call ? input : withoutGaps({ ...record, input })];
}

/** Throws PHLOW_INPUT_UNCLONABLE for what the copy would lose: the codec, which refuses it elsewhere, sees only the copy. */
function ownCopy(input: unknown, at: string): unknown {
  if (typeof input !== 'object' || input === null) return input;
  assertSendable(input, at);
  const copied = plainCopy(input);
  return copied === NOT_COPIED ? structuredClone(input) : copied;
}

/** A record without what is undefined in it: JSON has no word for that. */
function withoutGaps(record: CallRecord): CallRecord {
  return Object.fromEntries(Object.entries(record).filter(([, member]) => member !== undefined));
}

/** A fault without stacks, which would show the module where the host's files are. */
function withoutPlaces({ name, message, code, data }: Fault): Fault {
  return { name, message, code, data, stack: undefined, cause: undefined };
}
