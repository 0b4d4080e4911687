/**
 * A text frame is `token + plane + JSON`. The token is random, known to both ends and never shown to the module's code; the plane says what
 * the JSON is. Going down there is no token: the module has nobody else to listen to.
 */
export const PLANE = {
  /** Both ways: a batch of packages or replies in the text codec. */
  data: 'd',
  /** Both ways: {@link ControlRequest} down, {@link Answer} up. */
  control: 'c',
  /** Up: a log record. */
  log: 'l',
  /** Down: {@link GuestBoot}; once. */
  load: 'm',
  /** Up, once, before the module's code is there: locked and waiting. */
  locked: 'b',
  /** Up, at most once: base64 of V8's cache for the guest's own script, made before any module was loaded. */
  cache: 'k',
  /** Up, at most once: a fault that nothing caught. */
  uncaught: 'x',
} as const;

/** The letters of the planes. */
export type Plane = (typeof PLANE)[keyof typeof PLANE];

/** What the host asks besides packages; answered under the same id. */
export type ControlRequest = readonly [id: number, what: ControlCall];

/** The calls of the control plane: those of every module, and `collect`, which has its garbage collected and then answers as `inspect` does. */
export type ControlCall = 'ping' | 'inspect' | 'drain' | 'stop' | 'collect';

/** An answer on the control plane: the value, or a fault when `ok` is false. */
export type Answer = readonly [id: number, ok: boolean, value: unknown];

/** Length of a token in characters. */
export const TOKEN_LENGTH = 24;
