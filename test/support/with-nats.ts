import { describe } from '@jest/globals';
import type { Host, LogLine } from '../../src/index.js';
import { NatsServer, noNats } from './nats-server.js';
import { withHost } from './with-host.js';

/** Tests that need a NATS server; they say so where there is none. */
export function describeNats(name: string, tests: () => void): void {
  if (noNats === undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: ${noNats})`, tests);
}

/** Two hosts with a server between them. */
export interface TwoHosts {
  readonly server: NatsServer;
  /** Serves modules. */
  readonly far: Host;
  /** Calls them. */
  readonly near: Host;
  /** Log lines of the calling host. */
  readonly lines: readonly LogLine[];
}

/** Opens two hosts for one test and closes them however the test ends. */
export async function withTwoHosts(test: (hosts: TwoHosts) => Promise<void>, config?: string): Promise<void> {
  const server = await NatsServer.start(config);
  try {
    await withHost(
      (far) => withHost((near, lines) => test({ server, far, near, lines }), { nats: server.url }),
      {
        nats: server.url,
      },
    );
  } finally {
    await server.stop();
  }
}
