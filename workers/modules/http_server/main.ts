import { followAbort } from '../../../src/follow-abort.js';
import { createMain, type MainDefinition } from '../../../src/sdk/index.js';
import { HttpServer } from './http-server.js';
import type { Platform } from './platform.js';

/** The http_server module in a place of some kind. */
export function httpServer(platform: Platform): MainDefinition<never, Record<string, never>, HttpServer> {
  return createMain<never, Record<string, never>, HttpServer>({
    async start(context) {
      const server = await HttpServer.create(platform, context);
      // A port that is taken fails the load.
      if (context.isMain) await server.open();
      return server;
    },
    async main(context, server) {
      const { signal } = context;
      server.serve(context);
      if (signal.aborted) return;
      await new Promise<void>((resolve) => void followAbort(signal, resolve));
    },
    drain: (server) => server.drain(),
    stop: (server) => server.close(),
  });
}
