import { messageOf } from '../../../src/errors.js';
import { UP, opOf } from '../../../src/wire/protocol.js';

/** Names of what a module can say, by number. */
const NAMES = new Map<number, string>(Object.entries(UP).map(([name, op]) => [op, name]));

/** What the mutated messages came to, from the frame to the promise that somebody waits on. */
export class WireCounts {
  /** Messages that came in at the host. */
  messages = 0;
  /** Messages that were refused as a whole, by what was found. */
  readonly refused: Record<string, number> = {};
  /** Messages that were read, and handed on pair by pair. */
  read = 0;
  /** Pairs in them by operation. */
  readonly pairs: Record<string, number> = {};
  /** How packages ended that only a mutated message could settle. */
  readonly settled: Record<string, number> = {};
  readonly instances: Record<string, number> = {};

  refuse(error: unknown): void {
    this.messages++;
    const found = messageOf(error)
      .replace(/^.*found /, '')
      .replace(/of \d+/g, 'of N');
    add(this.refused, found);
  }

  accept(batch: readonly unknown[]): void {
    this.messages++;
    this.read++;
    for (let i = 0; i < batch.length; i += 2) {
      add(this.pairs, NAMES.get(opOf(batch[i] as number)) ?? 'unknown');
    }
  }

  settle(outcome: string): void {
    add(this.settled, outcome);
  }

  /** A life has ended. */
  end(cause: string): void {
    add(this.instances, cause.replace(/[\d]+/g, 'N').slice(0, 90));
  }

  figures(): object {
    const { messages, refused, read, pairs, settled, instances } = this;
    const share = messages === 0 ? 0 : Math.round((1000 * read) / messages) / 10;
    return {
      messages,
      read,
      readInPercent: share,
      refused,
      pairs,
      settled,
      instances,
    };
  }
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
