import type { Context, HttpListener, ListenOptions, RequestHandler } from '../../../src/sdk/index.js';
import type { Problem } from './refusals.js';

/** Holds a value to a schema: what is wrong with it. Where it was asked to, it makes numbers and booleans of texts, in place. */
export type SchemaCheck = (value: unknown) => readonly Problem[];

/** A file that is open for reading. */
export interface OpenedFile {
  readonly bytes: number;
  readonly modifiedMs: number;
  /**
   * The bytes from `start` up to `end`, which is not part of them; fewer when the file has become shorter. All bytes at once of another file that has
   * taken its place, of which `bytes` and `modifiedMs` say nothing; undefined where there is none any more.
   */
  read(start: number, end: number): Promise<AsyncIterable<Uint8Array> | Uint8Array | undefined>;
  /** Safe to call more than once. */
  close(): Promise<void>;
}

/** What the server needs of the place that it runs in. */
export interface Platform {
  /** How much of the header `Authorization` may be logged; undefined where nobody says so. */
  readonly authorizationMode: string | undefined;
  listen(options: ListenOptions, handler: RequestHandler, context: Context): Promise<HttpListener>;
  /** Reads a document in JSON or YAML. */
  readDocument(path: string): Promise<unknown>;
  /** Why no files can be served from a folder, and what to do; undefined where they can. */
  folderFault(folder: string, context: Pick<Context, 'fs'>): Promise<string | undefined>;
  /** Opens a regular file below a folder, along no link; undefined where there is none. Throws PHLOW_MODULE_BUSY. */
  openFile(
    folder: string,
    names: readonly string[],
    context: Pick<Context, 'fs' | 'log'>,
  ): Promise<OpenedFile | undefined>;
  /** A pattern of a document; one that would take for ever is refused, or matched in another way. */
  pattern(source: string): { test(text: string): boolean };
  /**
   * @param subject what is checked, as messages name it: `body`, `query`, `params`, `headers`. All but bodies are texts, of which numbers and booleans are
   * made where the schema says so.
   * @param document what references lead into, by the name `openapi`
   * @throws for a schema that makes no sense, and where there is no compiler
   */
  compile(
    schema: Readonly<Record<string, unknown>>,
    subject: string,
    document?: Readonly<Record<string, unknown>>,
  ): SchemaCheck;
}
