import type { Field, Submittable, Wire } from './client.js';

/** The types of a statement's parameters, by their OIDs, and the columns of its rows. */
export interface Description {
  readonly parameters: readonly number[];
  readonly fields: readonly Field[];
}

/** What a statement came to, with its rows as the server wrote them. */
export interface RawResult {
  readonly rows: readonly (readonly (string | null)[])[];
  /** `INSERT 0 1`. */
  readonly tag: string;
}

const NO_COPY = 'COPY between client and server is not supported';

/** A request to the server with the answers to it; settles once the server is ready for the next one, or has failed. */
export abstract class Exchange<T> implements Submittable {
  readonly done: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  protected wire: Wire | undefined;
  #copied = false;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A rejection that nobody waits for would end the module.
    this.done.catch(() => undefined);
  }

  submit(wire: Wire): void {
    this.wire = wire;
    this.begin(wire);
  }

  protected abstract begin(wire: Wire): void;
  protected abstract result(): T;

  /* eslint-disable @typescript-eslint/no-unused-vars -- for those that extend it */
  handleRowDescription(_message: { readonly fields: readonly Field[] }): void {}
  handleDataRow(_message: { readonly fields: readonly (string | null)[] }): void {}
  handleCommandComplete(_message: { readonly text: string }): void {}
  /* eslint-enable @typescript-eslint/no-unused-vars */
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}

  handleCopyInResponse(): void {
    this.wire?.sendCopyFail(NO_COPY);
  }

  /** What COPY sends here is dropped; that it did so is an error, once all of it has come. */
  handleCopyData(): void {
    this.#copied = true;
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#copied) this.#reject(new Error(NO_COPY));
    else this.#resolve(this.result());
  }
}

/** Has the server parse a statement and say what it takes and gives. */
export class Describe extends Exchange<Description> {
  readonly #name: string;
  readonly #text: string;
  #parameters: readonly number[] = [];
  #fields: readonly Field[] = [];

  /** @param name empty for the unnamed statement, which lasts until the next one */
  constructor(name: string, text: string) {
    super();
    this.#name = name;
    this.#text = text;
  }

  protected override begin(wire: Wire): void {
    wire.once('parameterDescription', this.#onParameters);
    wire.parse({ name: this.#name, text: this.#text });
    wire.describe({ type: 'S', name: this.#name });
    wire.sync();
  }

  protected override result(): Description {
    return { parameters: this.#parameters, fields: this.#fields };
  }

  override handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#fields = fields;
  }

  override handleError(error: Error): void {
    this.wire?.removeListener('parameterDescription', this.#onParameters);
    super.handleError(error);
  }

  readonly #onParameters = ({ dataTypeIDs }: { readonly dataTypeIDs: readonly number[] }): void => {
    this.#parameters = dataTypeIDs;
  };
}

/** Runs a statement that was described, to its end. */
export class Execute extends Exchange<RawResult> {
  readonly #statement: string;
  readonly #values: readonly (string | null)[];
  readonly #rows: (readonly (string | null)[])[] = [];
  #tag = '';

  constructor(statement: string, values: readonly (string | null)[]) {
    super();
    this.#statement = statement;
    this.#values = values;
  }

  protected override begin(wire: Wire): void {
    wire.bind({ statement: this.#statement, values: this.#values });
    wire.execute({ portal: '', rows: 0 });
    wire.sync();
  }

  protected override result(): RawResult {
    return { rows: this.#rows, tag: this.#tag };
  }

  override handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.#rows.push(fields);
  }

  override handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }

  /** The server has ignored the Sync that came while it expected data. */
  override handleCopyInResponse(): void {
    super.handleCopyInResponse();
    this.wire?.sync();
  }
}

/** Runs statements that are separated by semicolons, without parameters. */
export class Script extends Exchange<string> {
  readonly #text: string;
  #tag = '';

  constructor(text: string) {
    super();
    this.#text = text;
  }

  protected override begin(wire: Wire): void {
    wire.query(this.#text);
  }

  /** The tag of the last statement. */
  protected override result(): string {
    return this.#tag;
  }

  override handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }
}

/** Frees a prepared statement. */
export class Forget extends Exchange<void> {
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  protected override begin(wire: Wire): void {
    wire.close({ type: 'S', name: this.#name });
    wire.sync();
  }

  protected override result(): void {}
}

/** Rows as they came, and whether there may be more. */
export interface Page {
  readonly rows: RawResult['rows'];
  readonly hasMore: boolean;
}

/** Runs a statement that was described and hands over its rows in pages; the server computes no further than it is asked to. */
export class Pages extends Exchange<void> {
  readonly #statement: string;
  readonly #values: readonly (string | null)[];
  readonly #size: number;
  #rows: (readonly (string | null)[])[] = [];
  #hasMore = true;
  #onPage: () => void = () => undefined;

  /** @param size rows of one page */
  constructor(statement: string, values: readonly (string | null)[], size: number) {
    super();
    this.#statement = statement;
    this.#values = values;
    this.#size = size;
  }

  protected override begin(wire: Wire): void {
    wire.bind({ statement: this.#statement, values: this.#values });
    wire.execute({ portal: '', rows: this.#size });
    wire.flush();
  }

  protected override result(): void {}

  /** The first page. Rejects with what the statement failed with. */
  async page(): Promise<Page> {
    await Promise.race([this.done, new Promise<void>((resolve) => (this.#onPage = resolve))]);
    const rows = this.#rows;
    this.#rows = [];
    return { rows, hasMore: this.#hasMore };
  }

  /** Asks for the next page. */
  more(): Promise<Page> {
    this.wire?.execute({ portal: '', rows: this.#size });
    this.wire?.flush();
    return this.page();
  }

  /** Reads no further; `done` settles when the server has dropped the rest. Only between two pages. */
  end(): void {
    this.#hasMore = false;
    this.wire?.close({ type: 'P', name: '' });
    this.wire?.sync();
  }

  override handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.#rows.push(fields);
  }

  override handlePortalSuspended(): void {
    this.#onPage();
  }

  override handleCommandComplete(): void {
    this.#hasMore = false;
    this.wire?.sync();
  }

  override handleEmptyQuery(): void {
    this.#hasMore = false;
    this.wire?.sync();
  }

  /** Until the Sync the server ignores everything after an error. */
  override handleError(error: Error): void {
    this.wire?.sync();
    super.handleError(error);
  }
}
