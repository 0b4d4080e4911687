import type { HttpResponse, MainContext } from '../../../../src/sdk/index.js';
import { jsonAnswer } from '../refusals.js';
import type { Settings } from '../settings.js';
import type { OpenApi } from './document.js';
import { openApiOf } from './from-routes.js';

/** Asks the flow what it says of its runs. */
export type Describe = MainContext['describe'];

/** What `GET /openapi.json` is answered with. */
export class ServedDocument {
  readonly #settings: Settings;
  readonly #written: string | undefined;
  #made: Promise<string> | undefined;

  constructor(settings: Settings, written: OpenApi | undefined) {
    this.#settings = settings;
    this.#written = written?.text;
  }

  /** The document of the settings as it is, or one made from the routes when it is first asked for. */
  async answer(describe: Describe): Promise<HttpResponse> {
    const { routes } = this.#settings;
    if (this.#written !== undefined) return documentAnswer(this.#written);
    if (routes !== undefined) return documentAnswer(await (this.#made ??= this.#make(describe)));
    return jsonAnswer(404, {
      error: 'OPENAPI_NOT_CONFIGURED',
      message: 'OpenAPI specification is not configured for this server',
    });
  }

  async #make(describe: Describe): Promise<string> {
    const { routes = [], ownDocument, runTimeoutMs } = this.#settings;
    const flow = await describe(routes.map(({ step }) => step ?? null));
    return JSON.stringify(
      openApiOf(routes, { flow, own: ownDocument, hasRunTimeout: runTimeoutMs !== undefined }),
    );
  }
}

function documentAnswer(body: string): HttpResponse {
  return {
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      ['access-control-allow-origin', '*'],
    ],
    body,
  };
}
