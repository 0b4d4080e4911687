/**
 * What host and module say to each other. A batch is one flat array of pairs `[tag, value, tag, value, ...]`; a tag is `id * OPS + op`,
 * so that a package costs two array elements and nothing is parsed. Ids count up from 1 on the side that asks; id 0 is the module itself.
 */
export type Batch = readonly unknown[];

/** Room for operations in a tag: `id = Math.floor(tag / OPS)`, `op = tag % OPS`. */
export const OPS = 16;

/** From the host to the module. */
export const DOWN = {
  /** value: the input of a package without payload. */
  call: 0,
  /** value: {@link CallRecord}. */
  callWith: 1,
  /** value: why, as text. The package's signal aborts; a reply or fault still has to come. */
  cancel: 2,
  /** value: the result of the run that an `event` started. */
  eventReply: 3,
  /** value: a {@link Fault}: the run that an `event` started has failed. */
  eventFault: 4,
  /** value: how many milliseconds the manual clock moves; answered by a reply. */
  advance: 5,
  /** value: how many more items of its stream the module may send for this package. */
  credit: 6,
  /** value: the next item of the caller's input stream. */
  item: 7,
  /** value: undefined, or a {@link Fault}: the caller's input stream has ended. */
  end: 8,
  /** id 0; value: how many more events the module may emit. */
  eventCredit: 9,
  /** value: what a main module gets besides the items: the result of the run that an `eventWith` started comes item by item. It ends as any other. */
  runStream: 10,
  /** value: the next item of that result. */
  runItem: 11,
  /** value: {@link InvalidCallRecord}: the host has checked the input in the module's place and found it wanting. */
  callInvalid: 13,
  /** value: what the host has done for the `capability` with this id. */
  capabilityReply: 14,
  /** value: a {@link Fault}: it was refused, or it failed. */
  capabilityFault: 15,
} as const;

/** From the module to the host. */
export const UP = {
  /** value: the reply. */
  reply: 0,
  /** value: a {@link Fault}: the handler threw. */
  fault: 1,
  /** value: a {@link Refusal}: the thread answered in the module's place. */
  refusal: 2,
  /** id 0; value: {@link Ready}. */
  ready: 3,
  /** id 0; value: a {@link Fault}: the module could not be loaded. */
  failed: 4,
  /** value: what becomes `main` of the run that this main module starts. */
  event: 5,
  /** id 0; value: undefined, or a {@link Fault}: the module's `main` has returned or thrown. */
  mainEnded: 6,
  /** value: the next item of a stream of replies; the stream ends with a reply, a fault or a refusal. */
  item: 7,
  /** value: how many more items of its input stream the caller may send for this package. */
  credit: 8,
  /** value: a {@link Refusal}: an item of a stream of replies cannot be sent; the stream's end still has to come. */
  itemRefused: 9,
  /** value: `[package, name, ...args]`: as `capability`, on behalf of a package whose deadline stands still meanwhile. */
  capabilityFor: 10,
  /** id 0; value: {@link PostedEvent}. */
  emit: 11,
  /** id 0; value: how many events the module has dropped for want of credit. */
  eventsDropped: 12,
  /** value: {@link EventRecord}: as `event`, with how the run is to be started. */
  eventWith: 13,
  /** value: how many more items of its result the run that an `eventWith` started may send, or why it is to be cancelled, as text. */
  run: 14,
  /** value: `[name, ...args]`: the module asks the host to use one of its capabilities, see `sandbox/capabilities`. */
  capability: 15,
} as const;

export type DownOp = (typeof DOWN)[keyof typeof DOWN];
export type UpOp = (typeof UP)[keyof typeof UP];

/** A package that carries more than its input. */
export interface CallRecord {
  readonly input?: unknown;
  readonly payload?: unknown;
  /** Milliseconds that the caller still has when the package is posted. */
  readonly budgetMs?: number | undefined;
  /** The W3C trace context of the call's span. */
  readonly traceparent?: string | undefined;
  /** True: the caller reads the replies as a stream. */
  readonly wantsStream?: boolean | undefined;
  /** True: items of an input stream follow. */
  readonly hasItems?: boolean | undefined;
  /** Which of the module's listeners has taken the request that the input is; its answer is a stream: head first, then the body. */
  readonly listener?: number | undefined;
}

/** What a main module asks for besides `main` when it starts a run. */
export interface EventRecord {
  readonly main?: unknown;
  /** The id of the step to start at. */
  readonly step?: string | undefined;
  /** Milliseconds that the run may take. */
  readonly timeoutMs?: number | undefined;
  /** The W3C trace context that the run continues. */
  readonly traceparent?: string | undefined;
  /** True: a result that is a stream is read item by item. */
  readonly takesStream?: boolean | undefined;
  /** Starts no run: asks what is known of the runs that start at these steps, by their ids; null stands for the first step. */
  readonly describe?: readonly (string | null)[] | undefined;
}

/** A package whose input breaks the manifest, with what is wrong with it. */
export interface InvalidCallRecord {
  readonly input?: unknown;
  readonly payload?: unknown;
  readonly violations: readonly [InputViolation, ...InputViolation[]];
}

/** One way an input breaks its schema; the shape of the SDK's `Violation`. */
export interface InputViolation {
  readonly path: string;
  readonly keyword: string;
  readonly message: string;
}

/** What a module says of itself once it takes packages. */
export interface Ready {
  readonly isCallable: boolean;
  readonly isMain: boolean;
  /** True: it has work to do before it is stopped, while it can still start runs. */
  readonly drains: boolean;
  /** True: it answers an input that breaks its manifest itself. */
  readonly answersInvalid: boolean;
  /** The kernel's id of the thread, where it is known: the host reads the thread's CPU time by it. */
  readonly osThreadId: number | undefined;
}

/** A reply of the thread in the module's place. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The only codes a thread may claim: anything else in a refusal is a violation of the wire. */
export const REFUSAL_CODES = [
  'PHLOW_INPUT_INVALID',
  'PHLOW_OUTPUT_INVALID',
  'PHLOW_REPLY_UNCLONABLE',
  'PHLOW_REPLY_TOO_LARGE',
  'PHLOW_NOT_CALLABLE',
  'PHLOW_STREAM_UNSUPPORTED',
] as const;

/** The refusal for a value behind a tag that cannot be sent. */
export function refusalOpFor(op: number): number {
  return op === UP.item ? UP.itemRefused : UP.refusal;
}

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** OPS is a power of two: small tags are taken apart by bits. */
const OPS_BITS = Math.log2(OPS);

/** The tag of an operation on a package. */
export function tagOf(id: number, op: number): number {
  return id * OPS + op;
}

/** The package that a tag speaks of. */
export function idOf(tag: number): number {
  return tag <= 0x7fffffff ? tag >>> OPS_BITS : Math.floor(tag / OPS);
}

/** The operation that a tag asks for. */
export function opOf(tag: number): number {
  return tag <= 0x7fffffff ? tag & (OPS - 1) : tag % OPS;
}

/** True for what can be a tag: a whole number from 0 up that a double holds exactly. */
export function isTag(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** True for an operation that answers a package. */
export function isAnswer(op: number): boolean {
  return op === UP.reply || op === UP.fault || op === UP.refusal;
}

/** True for what carries text that an error is made of. */
export function isFault(op: number): boolean {
  return (
    op === UP.fault || op === UP.failed || op === UP.mainEnded || op === UP.refusal || op === UP.itemRefused
  );
}

/** True for what starts a run of the flow. */
export function isEvent(op: number): boolean {
  return op === UP.event || op === UP.eventWith;
}

/** True for what a run comes to, or a part of it. */
export function isOfRun(op: number): boolean {
  return op === DOWN.eventReply || op === DOWN.runStream || op === DOWN.runItem;
}

/** True for what asks something of the host. */
export function isQuestion(op: number): boolean {
  return isEvent(op) || op === UP.capability || op === UP.capabilityFor;
}
