import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createHost } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import { PACKAGES } from '../../src/measure/peer.js';
import type { Suite } from '../../src/measure/suite.js';
import { NatsServer } from '../../test/support/nats-server.js';
import { ServingPhlow } from '../../test/support/serving-phlow.js';

const ECHO = fileURLToPath(new URL('../peers/nats-echo.js', import.meta.url));

const WIDTHS: readonly number[] = [1, 100];

/** `nats:echo` of another process beside a bare request and reply by the same server; what is opened is closed in the opposite order. */
export const nats: Suite = {
  scope: 'nats',
  about: 'a module of another process over NATS, against a bare request and reply by the same server',
  async open() {
    const opened: (() => unknown)[] = [];
    const close = async (): Promise<void> => {
      for (const end of opened.toReversed()) await end();
    };
    try {
      const server = await NatsServer.start();
      opened.push(() => server.stop());
      const bare = await startBare(server.url, opened);
      const serving = await ServingPhlow.start(['echo', '--nats', server.url]);
      opened.push(() => serving.end('SIGTERM'));
      const host = await createHost({ nats: server.url, logLevel: 'warn' });
      opened.push(() => host.close());
      const echo = await host.load('nats:echo');
      const { object } = PACKAGES;
      return {
        cases: [
          ...closedLoops({
            name: 'request and reply',
            setup: 'the NATS client alone, JSON',
            widths: WIDTHS,
            isFloor: true,
            call: async (sequence) =>
              (await bare.request('bench.echo', JSON.stringify(object(sequence)))).json<unknown>(),
          }),
          ...closedLoops({
            name: 'nats:echo',
            setup: 'phlow serve echo',
            widths: WIDTHS,
            call: (sequence) => echo.call(object(sequence)),
          }),
        ],
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

/** A connection to ask with, once there is a process that answers. */
async function startBare(servers: string, opened: (() => unknown)[]): Promise<NatsConnection> {
  const child: ChildProcess = fork(ECHO, [servers], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  opened.push(() => child.kill());
  await once(child, 'message');
  const connection = await connect({ servers, noAsyncTraces: true });
  opened.push(() => connection.close());
  return connection;
}
