import { asInterface, needArguments, toDictionary, toDomString } from './webidl.js';

/** What dispatching reads and writes; only our own code holds it. */
export interface EventState {
  type: string;
  bubbles: boolean;
  cancelable: boolean;
  readonly composed: boolean;
  target: object | null;
  currentTarget: object | null;
  phase: number;
  isTrusted: boolean;
  isInitialized: boolean;
  isDispatching: boolean;
  isStopped: boolean;
  isStoppedAtOnce: boolean;
  isCanceled: boolean;
  inPassiveListener: boolean;
}

let stateOf: (event: object) => EventState | undefined;

const PHASES = ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'] as const;

/** Something that happened, as it is handed to listeners. */
class Event {
  readonly #state: EventState;

  static {
    stateOf = (event) => (#state in event ? event.#state : undefined);
  }

  constructor(type: unknown, options?: unknown) {
    needArguments(arguments.length, 1, 'new Event()');
    const text = toDomString(type);
    const { bubbles, cancelable, composed } = toDictionary(options, 'new Event()');
    this.#state = {
      type: text,
      bubbles: Boolean(bubbles),
      cancelable: Boolean(cancelable),
      composed: Boolean(composed),
      target: null,
      currentTarget: null,
      phase: 0,
      isTrusted: false,
      isInitialized: true,
      isDispatching: false,
      isStopped: false,
      isStoppedAtOnce: false,
      isCanceled: false,
      inPassiveListener: false,
    };
  }

  get type(): string {
    return this.#state.type;
  }
  get target(): object | null {
    return this.#state.target;
  }
  get srcElement(): object | null {
    return this.#state.target;
  }
  get currentTarget(): object | null {
    return this.#state.currentTarget;
  }
  get eventPhase(): number {
    return this.#state.phase;
  }
  get bubbles(): boolean {
    return this.#state.bubbles;
  }
  get cancelable(): boolean {
    return this.#state.cancelable;
  }
  get composed(): boolean {
    return this.#state.composed;
  }
  get defaultPrevented(): boolean {
    return this.#state.isCanceled;
  }
  get isTrusted(): boolean {
    return this.#state.isTrusted;
  }
  /** Always 0: the time is a capability that not every module has. */
  get timeStamp(): number {
    return this.#state.isInitialized ? 0 : 0;
  }
  get returnValue(): boolean {
    return !this.#state.isCanceled;
  }
  set returnValue(value: unknown) {
    const state = this.#state;
    if (!value) cancel(state);
  }
  get cancelBubble(): boolean {
    return this.#state.isStopped;
  }
  set cancelBubble(value: unknown) {
    const state = this.#state;
    if (value) state.isStopped = true;
  }

  composedPath(): object[] {
    const { currentTarget } = this.#state;
    return currentTarget === null ? [] : [currentTarget];
  }
  preventDefault(): void {
    cancel(this.#state);
  }
  stopPropagation(): void {
    this.#state.isStopped = true;
  }
  stopImmediatePropagation(): void {
    this.#state.isStopped = true;
    this.#state.isStoppedAtOnce = true;
  }
  initEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false): void {
    needArguments(arguments.length, 1, 'Event.initEvent()');
    initialize(this.#state, toDomString(type), Boolean(bubbles), Boolean(cancelable));
  }
}

function cancel(state: EventState): void {
  if (state.cancelable && !state.inPassiveListener) state.isCanceled = true;
}

/** Makes an event new again; does nothing to one that is under way. True when it did. */
function initialize(state: EventState, type: string, bubbles: boolean, cancelable: boolean): boolean {
  if (state.isDispatching) return false;
  Object.assign(state, { isInitialized: true, isStopped: false, isStoppedAtOnce: false, isCanceled: false });
  Object.assign(state, { isTrusted: false, target: null, type, bubbles, cancelable });
  return true;
}

asInterface(Event, 'Event');
for (const [value, name] of PHASES.entries()) {
  Object.defineProperty(Event, name, { value, enumerable: true });
  Object.defineProperty(Event.prototype, name, { value, enumerable: true });
}

/** An event that carries one value of its sender's. */
class CustomEvent extends Event {
  #detail: unknown;

  constructor(type: unknown, options?: unknown) {
    needArguments(arguments.length, 1, 'new CustomEvent()');
    super(type, options);
    const { detail } = toDictionary(options, 'new CustomEvent()');
    this.#detail = detail === undefined ? null : detail;
  }

  get detail(): unknown {
    return this.#detail;
  }

  initCustomEvent(
    type: unknown,
    bubbles: unknown = false,
    cancelable: unknown = false,
    detail: unknown = null,
  ): void {
    needArguments(arguments.length, 1, 'CustomEvent.initCustomEvent()');
    const state = stateOf(this);
    if (state !== undefined && initialize(state, toDomString(type), Boolean(bubbles), Boolean(cancelable)))
      this.#detail = detail;
  }
}

asInterface(CustomEvent, 'CustomEvent');

/** An event of ours, not a module's. */
export function createTrustedEvent(type: string): Event {
  const event = new Event(type);
  const state = stateOf(event);
  if (state !== undefined) state.isTrusted = true;
  return event;
}

export { CustomEvent, Event, stateOf as eventState };
