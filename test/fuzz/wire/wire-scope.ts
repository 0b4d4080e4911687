import type { Found, FuzzOptions } from '../found.js';
import { fuzzCloneWire } from './clone-wire.js';
import { fuzzTextWire } from './text-wire.js';

/** Of all messages, so many in a hundred go through the text codec; the others come from a thread. */
const TEXT_IN_100 = 40;

/** Scope `wire`: mutated messages through both codecs, and how far they got. Throws when the host or a neighbour comes to harm. */
export async function fuzzWire({ runs, seed }: FuzzOptions): Promise<Found> {
  const ofText = Math.floor((runs * TEXT_IN_100) / 100);
  const text = await fuzzTextWire({ runs: ofText, seed });
  const { counts, written, neighbourReplies } = await fuzzCloneWire({ runs: runs - ofText, seed });
  const totals = {
    messages: text.messages + counts.messages,
    read: text.read + counts.read,
    clone: { written, neighbourReplies, ...counts.figures() },
    text: text.figures(),
  };
  return { totals, wrong: [] };
}
