import type { Value } from '../values.js';
import type { HttpListener, ListenOptions, RequestHandler } from './http.js';

/**
 * What a module can do beyond computing, as far as its manifest asks for it and the host's owner granted it. The host does it in the module's
 * place, at every isolation level in the same way; what was not granted rejects with PHLOW_PERMISSION_DENIED.
 */
export interface Capabilities {
  /** Files under the names that the manifest asks for (`permissions.fs`). */
  readonly fs: Files;
  /** Requests to the hosts that the manifest asks for (`permissions.net`). */
  readonly net: Network;
  /** Environment variables that were granted (`permissions.env`); copied when the module was loaded. */
  readonly env: Readonly<Record<string, string>>;
  /** The command line that the flow was started with (`permissions.terminal`); for main modules that are commands. */
  readonly terminal: CommandLine;
  /** Another loaded module (`permissions.modules`). */
  module(name: string): OtherModule;
}

/** Reads and writes files. */
export interface Files {
  readText(path: string): Promise<string>;
  /** With `followLinks` a symbolic link is followed as long as it leads to what was granted; without it a link is refused. */
  readBytes(path: string, options?: { readonly followLinks?: boolean }): Promise<Uint8Array>;
  /** The entries of a folder. */
  list(path: string): Promise<readonly FileEntry[]>;
  stat(path: string): Promise<FileEntry>;
  /** What stands at a path; links that lead to what was granted are followed. */
  details(path: string): Promise<FileDetails>;
  /** All entries of a folder in the order of their names, links and pipes included; with `recursive` those of the folders in it, too. */
  tree(path: string, options?: { readonly recursive?: boolean }): Promise<readonly TreeEntry[]>;
  /**
   * Writes a whole file, so that others see the old content or the new one and never a part of it. Without `overwrite` the file must not be there;
   * `parents` makes the folders on the way. Links that lead to what was granted are followed.
   */
  replace(
    path: string,
    bytes: Uint8Array,
    options?: { readonly overwrite?: boolean; readonly parents?: boolean },
  ): Promise<{ readonly overwritten: boolean }>;
  /** Makes a folder; with `parents` those on the way as well, and then it may be there already. */
  makeFolder(path: string, options?: { readonly parents?: boolean }): Promise<void>;
  writeText(path: string, text: string): Promise<void>;
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  appendText(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** One file or folder; `bytes` is 0 for folders. */
export interface FileEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
}

/** A file or folder as `details` describes it; `bytes` is 0 for all but files. */
export interface FileDetails {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly bytes: number;
  /** When its content changed last, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** An entry of a folder and of the folders in it. */
export interface TreeEntry extends FileDetails {
  /** Below the folder that was asked for: `sub/a.txt`. */
  readonly path: string;
}

/** Makes requests, and takes them. */
export interface Network {
  fetch(url: string, options?: RequestOptions): Promise<FetchedResponse>;
  /** As `fetch`, but resolves once the head has arrived; the body is read bit by bit, and of any size. */
  open(url: string, options?: RequestOptions): Promise<OpenedResponse>;
  /**
   * Has the host accept HTTP requests at an address that was granted (`permissions.net.listen`), and answers them with what `handler` returns. The
   * socket is the host's: it parses, holds clients to the limits, and ends all connections when the module ends. Rejects with PHLOW_LISTEN_FAILED
   * when the port is taken.
   */
  listen(options: ListenOptions, handler: RequestHandler): Promise<HttpListener>;
}

/** What a request carries. */
export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** What happens when the server points elsewhere: `follow` goes there if it was granted, `manual` gives the redirect itself, `error` fails. */
  readonly redirect?: 'follow' | 'manual' | 'error';
  /** Milliseconds for all of the exchange, the body included; 30 000 by default, an hour at most. */
  readonly timeoutMs?: number;
  /** The largest body that is taken, in bytes; 8 MiB by default and at most. `open` takes any. */
  readonly maxBytes?: number;
  /** False: certificates that nobody has signed are taken as well, which has to be granted (`permissions.net.insecureTls`). */
  readonly verifyTls?: boolean;
  /** The proxy that passes the request on, `http://[USER:PASSWORD@]HOST:PORT`. It has to be granted as well. */
  readonly proxy?: string;
}

/** What the head of a response says. */
export interface ResponseHead {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  /** The address that answered, after redirects. */
  readonly url: string;
  /** By their names in lower case; several of one name are one, with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Every header line of its own, names in lower case. */
  readonly headerList: readonly (readonly [string, string])[];
}

/** A response whose body has arrived as a whole. */
export interface FetchedResponse extends ResponseHead {
  text(): Promise<string>;
  json(): Promise<Value>;
  bytes(): Promise<Uint8Array>;
}

/** A response whose body is still to come: read it to its end, or close it. */
export interface OpenedResponse extends ResponseHead {
  readonly body: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Sends packages to another module. */
export interface OtherModule {
  call(input?: Value): Promise<Value>;
}

/** The command line that a flow was started with. */
export interface CommandLine {
  /** The words of the command line, and what the flow says about itself. */
  look(): Promise<CommandLineView>;
  /** Writes text as it is, without a line break of its own; resolves when there is room for more. */
  write(to: 'stdout' | 'stderr', text: string | readonly StyledText[]): Promise<void>;
  /** Standard input, to its end. */
  read(): AsyncIterable<Uint8Array>;
  /** What the process ends with, 0 to 255, once the main module has ended. */
  exitWith(code: number): Promise<void>;
}

/** What there is to see of a command line. */
export interface CommandLineView {
  /** The file of the flow, and the words after it. */
  readonly argv: readonly string[];
  readonly program: Readonly<
    Partial<
      Record<'name' | 'version' | 'description' | 'license' | 'author' | 'homepage' | 'repository', string>
    >
  >;
}

/** A piece of text, and how it looks on a terminal that can show it. */
export interface StyledText {
  readonly text: string;
  readonly styles?: readonly ('bold' | 'underline' | 'blue' | 'yellow' | 'red')[];
}
