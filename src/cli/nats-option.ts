import type { OptionSpecs } from './args.js';

/** Where the modules of other hosts are. */
export const NATS_OPTION = {
  nats: {
    kind: 'text',
    value: 'URL',
    help: 'the NATS server by which modules of other hosts (nats:NAME) are reached; default: PHLOW_NATS',
  },
} as const satisfies OptionSpecs;
