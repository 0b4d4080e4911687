import type { CallSite, RealmHooks } from './bridge.js';

/** What hears of a promise that stays rejected without a handler. */
export interface RejectionWatch {
  afterTurn(call: () => void): void;
  report(reason: unknown): void;
}

const OWN_SCRIPT = 'phlow:guest';
const NODE_SCRIPT = 'node:';
// What V8 reports of a promise; settling a settled one again (2 and 3) does not matter here.
const REJECTED = 0;
const HANDLED = 1;

const { toString: toText } = Error.prototype as { readonly toString: (this: unknown) => string };

let watch: RejectionWatch | undefined;
/** Promises without a handler, and why they were rejected; looked at when the turn ends. */
let rejected = new Map<object, unknown>();
let isWatching = false;

/** Names who hears of rejections. */
export function watchRejections(by: RejectionWatch): void {
  watch = by;
}

export const realmHooks: RealmHooks = {
  formatStack(_global, error, sites) {
    try {
      return headOf(error) + framesOf(sites);
    } catch {
      return 'Error';
    }
  },

  importModule: () =>
    Promise.reject(
      Object.assign(new Error('Cannot import: code in a compartment has no loader'), {
        code: 'PHLOW_PERMISSION_DENIED',
      }),
    ),

  promiseRejected(event, promise, reason) {
    if (event === REJECTED) {
      rejected.set(promise, reason);
      if (isWatching) return;
      watch?.afterTurn(reportRejected);
      isWatching = true;
    } else if (event === HANDLED) {
      rejected.delete(promise);
    }
  },
};

function reportRejected(): void {
  const all = rejected;
  isWatching = false;
  rejected = new Map();
  for (const reason of all.values()) watch?.report(reason);
}

/** Name and message as the language has them; the module's own getters may run, and throw. */
function headOf(error: unknown): string {
  try {
    return toText.call(error);
  } catch {
    return 'Error';
  }
}

/** The module's own frames; where there are none, those of our code. Never those of the platform below. */
function framesOf(sites: readonly CallSite[]): string {
  let own = '';
  let ours = '';
  for (let i = 0; i < sites.length; i++) {
    const site = sites[i] as CallSite;
    const script = site.getScriptNameOrSourceURL();
    const line = `\n    at ${site.toString()}`;
    if (typeof script === 'string' && script.startsWith(OWN_SCRIPT)) ours += line;
    else if (typeof script !== 'string' || !script.startsWith(NODE_SCRIPT)) own += line;
  }
  return own === '' ? ours : own;
}
