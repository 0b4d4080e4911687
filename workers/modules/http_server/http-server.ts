import type { Context, HttpListener, HttpRequest, HttpResponse } from '../../../src/sdk/index.js';
import { isMap } from '../../../src/values.js';
import { refusedEncoding, refusedType } from './content-type.js';
import { corsHeaders } from './cors.js';
import {
  bodyOf,
  eventOf,
  formOf,
  headersOf,
  targetOf,
  type Body,
  type Headers,
  type Target,
} from './event.js';
import { Metrics } from './metrics.js';
import { requestProblems } from './openapi/check-request.js';
import { OpenApi } from './openapi/document.js';
import { ServedDocument } from './openapi/served-document.js';
import type { Platform } from './platform.js';
import { invalidRequest } from './refusals.js';
import { requestLine } from './request-log.js';
import { RequestIds } from './request-ids.js';
import { Runs, type Flow } from './runs.js';
import { documentTargets, routeTargets, type Found, type Targets } from './targets.js';
import { settingsOf, type Settings } from './settings.js';
import { staticAnswer, staticFolderFor } from './static-files.js';
import { traceOf } from './trace-context.js';

/** Starts runs of the flow for HTTP requests. */
export class HttpServer {
  readonly #settings: Settings;
  readonly #platform: Platform;
  readonly #context: Context;
  readonly #targets: Targets | undefined;
  readonly #ids = new RequestIds();
  readonly #metrics: Metrics;
  readonly #runs: Runs;
  readonly #document: ServedDocument;
  #listener: HttpListener | undefined;
  #isDraining = false;

  private constructor(
    settings: Settings,
    platform: Platform,
    context: Context,
    openapi: OpenApi | undefined,
  ) {
    this.#settings = settings;
    this.#platform = platform;
    this.#context = context;
    this.#document = new ServedDocument(settings, openapi);
    this.#metrics = new Metrics(() => context.clock.now());
    this.#runs = new Runs(settings, context);
    this.#targets =
      settings.routes === undefined
        ? openapi && documentTargets(openapi)
        : routeTargets(settings.routes, openapi, (schema, subject) => platform.compile(schema, subject));
  }

  /** Reads the settings and all that they name. Opens no port. Throws PHLOW_WITH_INVALID. */
  static async create(platform: Platform, context: Context): Promise<HttpServer> {
    const settings = settingsOf(context.with);
    const { openapi } = settings;
    const document = typeof openapi === 'string' ? await platform.readDocument(openapi) : openapi;
    const warn = (message: string): void => context.log.warn(message);
    const compile: Platform['compile'] = (...given) => platform.compile(...given);
    const read =
      document === undefined
        ? undefined
        : new OpenApi(
            isMap(document) ? document : {},
            warn,
            settings.validation.isStrict ? compile : undefined,
          );
    if (read !== undefined) context.log.info('OpenAPI validator loaded successfully');
    if (settings.cors?.hasRefusedCredentials === true)
      warn(
        'CORS Security Warning: credentials are off, since cors.origins contains "*"; name the origins to allow credentials',
      );
    return new HttpServer(settings, platform, context, read);
  }

  /** Opens the port. Requests wait until there is something to run. */
  async open(): Promise<void> {
    for (const { path, folder } of this.#settings.folders) {
      const fault = await this.#platform.folderFault(folder, this.#context);
      if (fault !== undefined)
        this.#context.log.warn(`Cannot serve files below ${path} from ${folder}: ${fault}. They are 404`);
    }
    this.#listener = await this.#platform.listen(
      this.#settings.listen,
      (request) => this.#handle(request),
      this.#context,
    );
    const { host, port } = this.#listener;
    this.#context.log.info(`Listening on http://${host.includes(':') ? `[${host}]` : host}:${port}`, {
      host,
      port,
    });
  }

  /** Runs the flow for requests from now on. */
  serve(flow: Flow): void {
    this.#runs.serve(flow);
  }

  /** Takes no new connections and resolves when all that has come in is answered. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#runs.endEvents();
    await this.#listener?.drain();
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  async #handle(request: HttpRequest): Promise<HttpResponse> {
    const startedAt = this.#metrics.started();
    const target = targetOf(request.target);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const fixed = isRead ? this.#fixedAnswer(target.path) : undefined;
    if (fixed !== undefined) return fixed;
    const headers = headersOf(request.rawHeaders);
    if (request.method === 'OPTIONS') return this.#withCors(headers, { status: 200, headers: [] });
    const requestId = this.#ids.idFor(headers['x-request-id']);
    const folder = staticFolderFor(this.#settings.folders, target.path);
    const found = folder === undefined ? this.#targets?.find(request.method, target) : undefined;
    const answer = this.#withCors(
      headers,
      folder !== undefined
        ? await staticAnswer(folder, this.#platform, this.#context, request, target.path, headers).catch(
            (error: unknown) => this.#runs.failed(error, requestId),
          )
        : (refusedType(request.method, headers['content-type']) ??
            refusedEncoding(headers['content-encoding']) ??
            found?.refusal ??
            (await this.#answer(request, target, headers, found, requestId))),
    );
    this.#metrics.ended(startedAt, answer.status);
    const { log } = this.#context;
    if (log.isEnabled('debug')) {
      const took = this.#context.clock.now() - startedAt;
      const { message, fields } = requestLine(
        request,
        target,
        headers,
        found?.path,
        answer,
        took,
        this.#platform.authorizationMode,
      );
      log.debug(message, { ...fields, request_id: requestId });
    }
    return answer;
  }

  /** Paths that no flow sees. */
  #fixedAnswer(path: string): HttpResponse | Promise<HttpResponse> | undefined {
    const { readyPath, metricsPath } = this.#settings;
    switch (path) {
      case '/health':
        return { status: 200, headers: [], body: 'ok' };
      case '/openapi.json':
        return this.#answerDocument();
      case readyPath:
        return this.#isDraining
          ? { status: 503, headers: [], body: 'draining' }
          : { status: 200, headers: [], body: 'ready' };
      case metricsPath:
        return this.#figures();
      default:
        return undefined;
    }
  }

  async #figures(): Promise<HttpResponse> {
    return {
      status: 200,
      headers: [['content-type', 'text/plain; version=0.0.4; charset=utf-8']],
      body: this.#metrics.text(await this.#listener?.figures()),
    };
  }

  /** The document is known once the flow is. */
  #answerDocument(): Promise<HttpResponse> {
    return this.#document.answer((steps) => this.#runs.describe(steps));
  }

  /** Reads the body, holds it to what is asked of it, and runs the flow. */
  async #answer(
    request: HttpRequest,
    target: Target,
    headers: Headers,
    found: Found | undefined,
    requestId: string,
  ): Promise<HttpResponse> {
    try {
      const body = bodyOf(await request.bytes());
      if (body === undefined) {
        const message = 'Request body nests too deep';
        return invalidRequest(400, [{ type: 'InvalidRequestBody', message, field: 'body' }]);
      }
      const refusal =
        this.#checked(request.method, target, headers, body, found) ?? found?.check?.(body.value);
      if (refusal !== undefined) return refusal;
      const routed = { path: found?.path ?? target.path, params: found?.params ?? {}, query: found?.query };
      const main = eventOf(request, target, headers, routed, body, requestId);
      const trace = traceOf(headers['traceparent']);
      return await this.#runs.answer(request, main, { target: found?.target, requestId, trace });
    } catch (error) {
      return this.#runs.failed(error, requestId);
    }
  }

  /** Holds a request to the OpenAPI document. */
  #checked(
    method: string,
    { query }: Target,
    headers: Headers,
    body: Body,
    found: Found | undefined,
  ): HttpResponse | undefined {
    const operation = found?.target?.operation;
    if (operation === undefined || !this.#settings.validation.requests) return undefined;
    const given = { path: (found?.params ?? {}) as Headers, query: formOf(query), header: headers };
    const patternOf = (source: string): { test(text: string): boolean } => this.#platform.pattern(source);
    const problems = requestProblems(operation, method, given, body.value, patternOf);
    return problems.length === 0 ? undefined : invalidRequest(400, problems);
  }

  #withCors(headers: Headers, answer: HttpResponse): HttpResponse {
    const { cors } = this.#settings;
    if (cors === undefined) return answer;
    const added = corsHeaders(cors, headers['origin']);
    const names = new Set(added.map(([name]) => name).filter((name) => name !== 'vary'));
    const own = answer.headers.filter(([name]) => !names.has(name));
    return { ...answer, headers: [...own, ...added] };
  }
}
