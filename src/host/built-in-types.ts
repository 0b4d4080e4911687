// Written by `npm run built-in-types` from the manifests of the modules that ship with phlow.

import type { Value, ValueMap } from '../values.js';

/** The types of the modules that ship with phlow. */
export interface BuiltInTypes {
  'cache': {
    readonly settings: Cache.GivenSettings;
    readonly input: Cache.GivenInput;
    readonly output: Cache.Output;
  };
  'cli': {
    readonly settings: Cli.GivenSettings;
    readonly input: Cli.GivenInput;
    readonly output: Cli.Output;
  };
  'echo': {
    readonly settings: Echo.GivenSettings;
    readonly input: Echo.GivenInput;
    readonly output: Echo.Output;
  };
  'fs': {
    readonly settings: Fs.GivenSettings;
    readonly input: Fs.GivenInput;
    readonly output: Fs.Output;
  };
  'http_request': {
    readonly settings: HttpRequest.GivenSettings;
    readonly input: HttpRequest.GivenInput;
    readonly output: HttpRequest.Output;
  };
  'http_server': {
    readonly settings: HttpServer.GivenSettings;
    readonly input: HttpServer.GivenInput;
    readonly output: HttpServer.Output;
  };
  'jwt': {
    readonly settings: Jwt.GivenSettings;
    readonly input: Jwt.GivenInput;
    readonly output: Jwt.Output;
  };
  'log': {
    readonly settings: Log.GivenSettings;
    readonly input: Log.GivenInput;
    readonly output: Log.Output;
  };
  'postgres': {
    readonly settings: Postgres.GivenSettings;
    readonly input: Postgres.GivenInput;
    readonly output: Postgres.Output;
  };
  'schedule': {
    readonly settings: Schedule.GivenSettings;
    readonly input: Schedule.GivenInput;
    readonly output: Schedule.Output;
  };
  'sleep': {
    readonly settings: Sleep.GivenSettings;
    readonly input: Sleep.GivenInput;
    readonly output: Sleep.Output;
  };
}

/**
 * Keeps values in memory under keys, with an exact capacity, eviction of the least recently used entry, and time-to-live.
 *
 * Actions:
 * - `set` stores `value` under `key`, for `ttl` seconds if given
 * - `get` returns the value of `key`
 * - `exists` tells whether `key` has a value
 * - `remove` deletes `key`
 * - `clear` deletes everything
 * - `list` returns entries in the order of their keys, filtered and in pages
 * - `cleanup` drops what has expired
 * - `stats` tells size, hit rate and memory
 *
 * With `store` the entries are on a server, which many instances share. What goes wrong is data as well: `{ success: false, error }`; a step fails only
 * when the server does not answer (PHLOW_STORE_DOWN).
 */
export namespace Cache {
  /** What it may be loaded `with`. */
  export type GivenSettings = {
    /**
     * Most entries. A full cache drops expired entries first, then the one that has gone unused for longest.
     * @default 1000
     */
    readonly capacity?: number;
    /** Seconds an entry lives when `set` does not say. Without it such an entry lives until it is evicted. */
    readonly default_ttl?: number;
    /**
     * Most bytes that all entries together may take, by the same estimate as `stats.memory_usage`. Without it only `capacity` limits the
     * cache. An entry that alone is larger is refused.
     */
    readonly max_bytes?: number;
    /**
     * A server that speaks the protocol of Redis keeps the entries, for all who share it: `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, `rediss://` for
     * TLS. It needs the package `ioredis` and the level `trusted`. Without it they are kept in memory.
     */
    readonly store?: string | null;
    /** What the keys on the server begin with; caches with the same one are one cache. `phlow:` and the name of the instance by default */
    readonly prefix?: string;
  };

  /** What a caller sends. */
  export type GivenInput =
    | {
      /** What to do */
      readonly action: 'set';
      /** the key. Anything but text is taken in its text form */
      readonly key: NonNullable<unknown>;
      /** the value, null included */
      readonly value: unknown;
      /** whole seconds to live; 0 expires within a millisecond. Anything else is ignored with a warning */
      readonly ttl?: unknown;
    }
    | {
      /** What to do */
      readonly action: 'get';
      /** the key. Anything but text is taken in its text form */
      readonly key: NonNullable<unknown>;
    }
    | {
      /** What to do */
      readonly action: 'remove';
      /** the key. Anything but text is taken in its text form */
      readonly key: NonNullable<unknown>;
    }
    | {
      /** What to do */
      readonly action: 'clear';
    }
    | {
      /** What to do */
      readonly action: 'exists';
      /** the key. Anything but text is taken in its text form */
      readonly key: NonNullable<unknown>;
    }
    | {
      /** What to do */
      readonly action: 'list';
      /** prefix, suffix, pattern (prefix and suffix) or none. An incomplete filter lists everything, with a warning */
      readonly filter_type?: unknown;
      /** the prefix or suffix, where the field of that name is not given */
      readonly filter_value?: unknown;
      /** what keys must start with */
      readonly filter_prefix?: unknown;
      /** what keys must end with */
      readonly filter_suffix?: unknown;
      /** asc (default) or desc, by code point of the keys */
      readonly order?: unknown;
      /** most entries to return; all of them without it */
      readonly limit?: unknown;
      /** matching entries to skip */
      readonly offset?: unknown;
    }
    | {
      /** What to do */
      readonly action: 'cleanup';
    }
    | {
      /** What to do */
      readonly action: 'stats';
    };

  /** What it replies. */
  export type Output = {
    /** Whether the action could be performed */
    readonly success: boolean;
    /** Why not; with `remove` also why nothing was removed */
    readonly error?: string;
    /** set, get, remove, exists: the key in its text form */
    readonly key?: string;
    /** set: the value is stored */
    readonly cached?: boolean;
    /** get, exists: the key has a value that has not expired */
    readonly found?: boolean;
    /** get: the value, or null */
    readonly value?: Value;
    /** remove: there was something to remove */
    readonly removed?: boolean;
    /** clear: always true */
    readonly cleared?: boolean;
    /** clear: entries there were */
    readonly previous_size?: number;
    /** cleanup: expired entries dropped */
    readonly cleaned_count?: number;
    /** list: the entries of the page */
    readonly items?: readonly {
      readonly key: string;
      readonly value: Value;
    }[];
    /** list: entries that match, on all pages */
    readonly total_count?: number;
    /** list: the offset that was used */
    readonly offset?: number;
    /** list: the limit that was used, or null */
    readonly limit?: number | null;
    /** list: entries follow the page */
    readonly has_more?: boolean;
    /** stats: the figures of this instance since it started */
    readonly stats?: {
      /** Entries, expired ones that nothing has touched yet included */
      readonly size?: number;
      /** Most entries */
      readonly capacity?: number;
      /** Hits per look-up in percent */
      readonly hit_rate?: number;
      /** Estimated bytes: 220 for a small entry, its real size for a larger one */
      readonly memory_usage?: number;
      /** Look-ups by get and exists */
      readonly total_gets?: number;
      /** Look-ups that found something */
      readonly total_hits?: number;
      /** Values stored */
      readonly total_sets?: number;
      /** Keys removed by remove */
      readonly total_removes?: number;
      /** The setting of that name where there is one */
      readonly max_bytes?: number;
    };
  };
}

/**
 * Makes a flow a command: reads the words of the command line by the definitions in `args`, runs the flow with their values as `main`, and prints the result.
 *
 * The words behind the flow's file are the command's own: `phlow run hello.phlow --name Ann`. `--help` prints what there is.
 *
 * Words that have no place in `args` are ignored, and a flag that wants a value and is the last word counts as not given.
 */
export namespace Cli {
  /** What it may be loaded `with`. */
  export type GivenSettings = {
    /** true lets flags pass that no definition names */
    readonly additional_args?: unknown;
    /** The definitions, a list. Without it nothing is checked, and `main` is empty */
    readonly args?: readonly {
      /** The key in `main` */
      readonly name: NonNullable<unknown>;
      /** The flag `--LONG` */
      readonly long?: unknown;
      /** The flag `-SHORT` */
      readonly short?: unknown;
      /** A line for the help */
      readonly help?: unknown;
      /** number, integer, boolean; anything else is text */
      readonly type?: unknown;
      /** true refuses a command line without it */
      readonly required?: unknown;
      /** What is taken where nothing is given; read like a word of the command line */
      readonly default?: unknown;
      /** The place among the words that are no flags; the flow's file is 0, the first word behind it 1 */
      readonly index?: unknown;
      /** The values that are allowed, a list */
      readonly enum?: unknown;
      /** true makes it a list: of every time that the flag is given, or of all words from `index` on */
      readonly multiple?: unknown;
    }[];
    /**
     * What becomes of standard input: nothing; the member `stdin` of `main`, as text or read as JSON; or one run for each line, which is the member `line`
     * @default "none"
     */
    readonly stdin?: 'none' | 'text' | 'json' | 'lines';
  };

  /** What a caller sends. */
  export type GivenInput = unknown;

  /** What it replies. */
  export type Output = Value;
}

/** Returns its input unchanged. The smallest module there is, to try things out with. */
export namespace Echo {
  /** What it may be loaded `with`. */
  export type GivenSettings = unknown;

  /** What a caller sends. */
  export type GivenInput = unknown;

  /** What it replies. */
  export type Output = Value;
}

/**
 * Reads, writes and watches files and folders.
 *
 * Actions:
 * - `read` answers with the content of a file, or with the entries of a folder
 * - `write` writes `content` to a file, whole or not at all; without `content` it makes a folder
 * - `watch` answers with a stream of what changes at `path`
 *
 * What goes wrong is data as well: `{ success: false, error }`, never a failed step. Relative paths start from the current folder. `..` leads out of it only
 * where everything (`'*'`) was granted, or where there is no grant at `trusted`; elsewhere, name what lies outside of it by an absolute path.
 */
export namespace Fs {
  /** What it may be loaded `with`. */
  export type GivenSettings = unknown;

  /** What a caller sends. */
  export type GivenInput =
    | {
      /** What to do */
      readonly action: 'read';
      /** The file or folder, from the current folder on. Anything but text is taken in its text form */
      readonly path: NonNullable<unknown>;
      /** true lists the folders within the folder, too. write: false makes no folders on the way. Anything but a boolean is ignored */
      readonly recursive?: unknown;
    }
    | {
      /** What to do */
      readonly action: 'write';
      /** The file or folder, from the current folder on. Anything but text is taken in its text form */
      readonly path: NonNullable<unknown>;
      /** text or bytes (a Uint8Array); anything else is written in its text form, null included. Without it a folder is made */
      readonly content?: unknown;
      /** true replaces a file that is there already */
      readonly force?: unknown;
    }
    | {
      /** What to do */
      readonly action: 'watch';
      /** The file or folder, from the current folder on. Anything but text is taken in its text form */
      readonly path: NonNullable<unknown>;
      /** true lists the folders within the folder, too. write: false makes no folders on the way. Anything but a boolean is ignored */
      readonly recursive?: unknown;
      /** milliseconds between two looks, at least 50; 1000 by default */
      readonly interval?: unknown;
    };

  /** What it replies. */
  export type Output = {
    /** Whether the action could be performed */
    readonly success?: boolean;
    /** Why not */
    readonly error?: string;
    readonly data?: {
      readonly kind: 'file' | 'dir';
      /** The path as it was given */
      readonly path: string;
      /** read: how the content of a file is given */
      readonly encoding?: 'utf8' | 'base64';
      /** read: the text of a file that is UTF-8 */
      readonly content?: string;
      /** read: the bytes of any other file */
      readonly content_base64?: string;
      /** read: bytes of the file */
      readonly size?: number;
      /** read: when the file was changed last, in seconds since 1970 */
      readonly modified?: number;
      /** read: the entries of a folder, in the order of their names */
      readonly items?: readonly {
        readonly name: string;
        readonly path: string;
        readonly type: 'file' | 'dir';
        readonly size: number | null;
        readonly modified: number;
      }[];
      /** write: bytes of the file */
      readonly written?: number;
      /** write: there was a file before */
      readonly overwritten?: boolean;
      /** write: true for a folder, also one that was there */
      readonly created?: boolean;
    };
    /** watch: what happened; ready first of all */
    readonly event?: 'ready' | 'created' | 'changed' | 'removed';
    /** watch: where */
    readonly path?: string;
    /** watch: what stands or stood there */
    readonly type?: 'file' | 'dir';
  };
}

/**
 * Sends one HTTP request and answers with the response, whatever its status is.
 *
 * A request that got no response is data as well: `{ response: null, is_error: true, message }`. Redirects are followed, up to ten, and each of their hosts has to be
 * granted. With `stream: true` the answer is a stream: the response without a body, then the bytes of the body.
 *
 * Where an input decides about the URL, a grant is what keeps requests from other places (server-side request forgery): they go to the granted hosts and ports only, and to
 * private and loopback addresses only where a grant names them. At `trusted` without a grant nothing keeps it from any place.
 */
export namespace HttpRequest {
  /** What it may be loaded `with`. */
  export type GivenSettings = {
    /** Whole seconds for a request with its redirects, retries and body; 29 by default, 0 for no limit. Anything but a whole number means the default */
    readonly timeout?: unknown;
    /** false takes any certificate. Anything but a boolean means true */
    readonly verify_ssl?: unknown;
    /**
     * The largest body of a response that is not streamed
     * @default 8388608
     */
    readonly max_bytes?: number;
    /** http://[USER:PASSWORD@]HOST:PORT; its host has to be granted. Without it the usual variables count (HTTPS_PROXY and so on), as far as they are granted */
    readonly proxy?: string;
    /**
     * How often a request is sent again after no response, or the status 408, 429, 502, 503 or 504
     * @default 0
     */
    readonly retries?: number;
    /**
     * Seconds before the first retry; twice as long before each further one, 30 at most, and a random part of it less. A longer Retry-After of the server counts instead
     * @default 0.2
     */
    readonly retry_delay?: number;
    /**
     * What is sent again; by default the methods that change nothing by being sent twice
     * @default ["GET","HEAD","OPTIONS","TRACE","PUT","DELETE"]
     */
    readonly retry_methods?: readonly string[];
  };

  /** What a caller sends. */
  export type GivenInput = {
    /** GET (default), POST, PUT, PATCH, DELETE, HEAD, OPTIONS or TRACE, in any case */
    readonly method?: unknown;
    /** The absolute URL. A name and password in it become an authorization header */
    readonly url?: unknown;
    /** An object of names and values. What is no header is left out with an error in the log */
    readonly headers?: unknown;
    /** Text or bytes (a Uint8Array) as they are; an object or array as JSON; anything else in its text form */
    readonly body?: unknown;
    /** In the place of `body`: fields that are sent as a form (application/x-www-form-urlencoded); a list is one field for each item */
    readonly form?: object;
    /** In the place of `body`: fields of multipart/form-data. A file is { filename, content, type }; content is text or bytes */
    readonly multipart?: object;
    /** true answers with a stream */
    readonly stream?: unknown;
  };

  /** What it replies. */
  export type Output = {
    /** null where there is none */
    readonly response:
      | {
        readonly status_code: number;
        /** By names in lower case; of several of one name the last */
        readonly headers: ValueMap;
        /** What the JSON of the body says, else its text; a stream has none here */
        readonly body?: Value;
      }
      | null;
    /** The status is 200 to 299 */
    readonly is_success: boolean;
    /** There is no response or its status is 400 to 599 */
    readonly is_error: boolean;
    /** The outcome in words */
    readonly message: string;
  };
}

/**
 * Starts a run of the flow for each HTTP request, and answers with what the run comes to.
 *
 * `main` is the request: method, path, parameters, query, headers, cookies, body. A result `{ status_code, headers, body }` is the response; any
 * other value is its body.
 */
export namespace HttpServer {
  /** What it may be loaded `with`. */
  export type GivenSettings = {
    /**
     * Name or address to listen on
     * @default "0.0.0.0"
     */
    readonly host?: string | null;
    /**
     * Port to listen on; 0 takes any free one
     * @default 3000
     */
    readonly port?: number | string | null;
    /** What starts at which step. Without routes every request starts at the first step */
    readonly routes?: readonly {
      /** One method or a list; default GET */
      readonly method?: string | readonly string[];
      /** `/users/:id` names a part, a last `*` takes the rest */
      readonly path: string;
      /** Id of the step to start at; default the first */
      readonly to?: string;
      /** Schema of the body */
      readonly input?: object;
      /** Schema of the query; texts become numbers and booleans where it says so */
      readonly query?: object;
      /** Schema of the parameters in the path, as `query` */
      readonly params?: object;
      /** Time for a run of this route, in milliseconds or as `2s`; default that of `timeouts.run` */
      readonly timeout?: number | string;
      /** One sentence for /openapi.json */
      readonly summary?: string;
      /** Members of the operation in /openapi.json, in place of those made from the flow; `responses` one by one */
      readonly openapi?: object;
    }[];
    /** Folders whose files are served below a path. At `sandboxed` and `isolated` each has to be granted (`fs.read`) */
    readonly static?: readonly {
      /** Path that the files are below */
      readonly path: string;
      /** Folder, from the current one */
      readonly folder: string;
      /** Seconds that a browser may keep a file; default 0 */
      readonly max_age?: number;
    }[];
    /** An OpenAPI document, or the path of one from the current folder (JSON or YAML) */
    readonly openapi_spec?: object | string | null;
    /** Members of the document made from the routes, such as servers and security; `info` and `components` one by one */
    readonly openapi?: object;
    readonly validation?: {
      /** True holds requests and responses to all that the document says; otherwise JSON bodies of requests are held to it */
      readonly strict_mode?: boolean;
      /**
       * False takes any body; routes and methods are held to the document all the same
       * @default true
       */
      readonly validate_request_body?: boolean;
      /**
       * With strict_mode, responses too are held to the document
       * @default true
       */
      readonly validate_response_body?: boolean;
    };
    /** Headers for pages of other origins; absent, there are none */
    readonly cors?: {
      /** List of origins; default ["*"] */
      readonly origins?: unknown;
      /** List of methods; default GET, POST, PUT, PATCH, DELETE, OPTIONS */
      readonly methods?: unknown;
      /** List of headers; default Content-Type, Authorization, X-Requested-With */
      readonly headers?: unknown;
      /** Whether cookies may be sent; default true, false with the origin "*" */
      readonly credentials?: unknown;
      /** Seconds that a browser may keep the answer; default 86400 */
      readonly max_age?: unknown;
    };
    /**
     * True compresses bodies by gzip or brotli for clients that ask for it
     * @default false
     */
    readonly compression?: boolean;
    /** Path that answers 200 while requests are taken, and 503 once the server is to end */
    readonly ready?: string;
    /** Path that answers with figures for Prometheus */
    readonly metrics?: string;
    /**
     * True shows the error of a failed run in the response. Not for servers that strangers reach
     * @default false
     */
    readonly dev?: boolean;
    readonly limits?: {
      /** Largest body, in bytes or as `1MiB`; default 1MiB. Beyond: 413 */
      readonly body?: number | string;
      /** Largest head of a request; default 16KiB. Beyond: 431 */
      readonly header?: number | string;
      /** Most connections; default 10000. Further ones are closed */
      readonly connections?: number;
      /** Most requests at once; default 1000. Beyond: 503 */
      readonly requests?: number;
      /** Then the connection is closed; default 0, any number */
      readonly requests_per_connection?: number;
    };
    readonly timeouts?: {
      /** For the head of a request, in milliseconds or as `10s`; default 10s. Beyond: 408 */
      readonly headers?: number | string;
      /** For the whole request; default 30s. Beyond: 408 */
      readonly request?: number | string;
      /** For a run of the flow; default none. Beyond: 504 */
      readonly run?: number | string;
      /** Without an event for so long, a stream of events sends a comment; default 15s */
      readonly heartbeat?: number | string;
      /** For the next request on a connection; default 5s */
      readonly keep_alive?: number | string;
      /** For a client that takes nothing of the response; default 30s */
      readonly write?: number | string;
    };
  };

  /** What a caller sends. */
  export type GivenInput = unknown;

  /** What it replies. */
  export type Output = Value;
}

/**
 * Creates and verifies JSON Web Tokens that are signed with HS256.
 *
 * Actions:
 * - `create` signs the claims in `data`, with the time of issue and of expiry
 * - `verify` tells whether a token was signed with the secret and has not expired, and returns its claims. `nbf`, `iss`, `sub` and `aud`
 *   are not checked: look at them in the claims
 *
 * A token that does not hold is data: `{ valid: false, error }`. Bad input fails the step, an absent or empty `token` too: check that there is one first.
 */
export namespace Jwt {
  /** What it may be loaded `with`. */
  export type GivenSettings = {
    /** The key of all tokens; anything but text is taken in its text form. Take at least 32 random bytes */
    readonly secret: NonNullable<unknown>;
    /** Whole seconds that a token lives if `create` does not say; an hour by default */
    readonly expires_in?: unknown;
  };

  /** What a caller sends. */
  export type GivenInput =
    | {
      /** What to do */
      readonly action: 'create';
      /** the claims; anything but an object becomes the claim `data`. `iat` and `exp` are always the module's own */
      readonly data?: unknown;
      /** whole seconds until the token expires. Anything else is ignored */
      readonly expires_in?: unknown;
    }
    | {
      /** What to do */
      readonly action: 'verify';
      /** the token */
      readonly token: unknown;
    };

  /** What it replies. */
  export type Output = {
    /** create: the token */
    readonly token?: string;
    /** create: when it expires */
    readonly expires_at?: string;
    /** create: when it was issued */
    readonly issued_at?: string;
    /** verify: the token was signed with the secret and has not expired */
    readonly valid?: boolean;
    /** verify: all claims of a valid token */
    readonly data?: ValueMap | null;
    /** verify: why the token is not valid */
    readonly error?: string;
    /** verify: it is not valid because its time is over */
    readonly expired?: boolean;
  };
}

/** Writes a line to the log and passes the payload on. Input that is not an object is the message itself. */
export namespace Log {
  /** What it may be loaded `with`. */
  export type GivenSettings = unknown;

  /** What a caller sends. */
  export type GivenInput =
    | {
      /** The level: trace, debug, info, warn (or warning), error, in any case. Anything else is info */
      readonly action?: unknown;
      /**
       * The level where there is no action
       * @deprecated
       */
      readonly level?: unknown;
      /** What to write; values other than text in their text form */
      readonly message?: unknown;
    }
    | readonly unknown[]
    | string
    | number
    | boolean
    | null
    | undefined;

  /** What it replies. */
  export type Output = Value;
}

/**
 * Runs statements on a PostgreSQL server, with parameters, on a pool of connections. It needs the package `pg` and the level `trusted`.
 *
 * Actions:
 * - `query` (default) runs one statement; with `stream: true` the answer is a stream of its rows
 * - `transaction` runs `queries` in one transaction: all of them, or none
 * - `begin` begins a transaction for several calls, which name it by `transaction`
 * - `commit` and `rollback` end it
 *
 * What the server refuses is data: `{ success: false, error }`. A server that does not answer fails the step with PHLOW_STORE_DOWN.
 */
export namespace Postgres {
  /** What it may be loaded `with`. */
  export type GivenSettings = {
    /** Name or address of the server, or the folder of its Unix socket; localhost by default */
    readonly host?: unknown;
    /** 5432 by default, and where it is no port */
    readonly port?: unknown;
    /** postgres by default */
    readonly user?: unknown;
    /** postgres by default */
    readonly password?: unknown;
    /** postgres by default */
    readonly database?: unknown;
    /** disable: no TLS; prefer (default): TLS where the server has it; require: only with TLS. Neither looks at the certificate. verify: only with a certificate that is valid for the host */
    readonly ssl_mode?: 'disable' | 'prefer' | 'require' | 'verify' | null;
    /** verify: certificates that are trusted in place of those that Node.js trusts; PEM, or the path of a file */
    readonly ca?: unknown;
    /**
     * Most connections at a time; calls wait for one of them
     * @default 10
     */
    readonly max_pool_size?: number;
    /**
     * Seconds until an attempt to connect is given up
     * @default 10
     */
    readonly connect_timeout?: number;
    /**
     * Seconds that a transaction of several calls waits for its next call; then it is rolled back
     * @default 30
     */
    readonly transaction_timeout?: number;
    /** What the field of this name is where a call does not say; true by default */
    readonly batch?: unknown;
    /** What the field of this name is where a call does not say; true by default */
    readonly cache_query?: unknown;
  };

  /** What a caller sends. */
  export type GivenInput = {
    /** query: the statement, with $1, $2 and so on for the parameters */
    readonly query?: unknown;
    /** query: a list of the parameters. null is NULL; a list is an array where the statement takes one, otherwise it and objects are JSON; the server determines the types. Anything but a list means none */
    readonly params?: unknown;
    /** query: true (default) runs one statement with parameters. false runs statements that are separated by semicolons, without parameters, and answers with OK */
    readonly batch?: unknown;
    /** query, transaction: true (default) keeps the statement prepared on its connection */
    readonly cache_query?: unknown;
    /** What to do; query by default */
    readonly action?: 'query' | 'begin' | 'commit' | 'rollback' | 'transaction';
    /** query, commit, rollback: the id of the transaction, from the answer of begin */
    readonly transaction?: unknown;
    /** transaction: what to run, in this order */
    readonly queries?: readonly {
      /** The statement */
      readonly query: NonNullable<unknown>;
      /** A list of its parameters */
      readonly params?: unknown;
    }[];
    /** query: true answers with a stream of rows, of any number */
    readonly stream?: unknown;
    /** begin, transaction: the isolation level, as SQL has it; the default is that of the server */
    readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
    /** begin, transaction: true refuses statements that change something */
    readonly read_only?: boolean;
    /** begin: seconds that the transaction waits for each next call; the setting transaction_timeout by default */
    readonly timeout?: number;
  };

  /** What it replies. */
  export type Output =
    | {
      /** Whether the action was carried out */
      readonly success?: boolean;
      readonly data?: {
        /** query: the rows, each with its columns by their names */
        readonly rows?: readonly ValueMap[];
        /** query: rows returned */
        readonly count?: number;
        /** query: rows inserted, updated, deleted or merged */
        readonly affected?: number;
        /** transaction: rows, count and affected of each of the queries */
        readonly results?: readonly {
          readonly rows?: readonly ValueMap[];
          readonly count?: number;
          readonly affected?: number;
        }[];
        /** begin: the id */
        readonly transaction?: string;
      };
      readonly error?: {
        /** The SQLSTATE, or UNKNOWN */
        readonly code: string;
        /** What the server says, with detail and hint */
        readonly cause: string;
        /** The message of the server */
        readonly message: string;
        /** transaction: which of the queries failed, counting from 0 */
        readonly index?: number;
      };
    }
    | string;
}

/**
 * Starts runs of a flow at times of day (`cron`, in a time zone) or at intervals (`every`).
 *
 * `with` is one schedule, or a list of them under `schedules`. What is under `input` becomes `main` of its runs; without it, `main` is
 * `{ name, at, missed }`.
 */
export namespace Schedule {
  /** What it may be loaded `with`. */
  export type GivenSettings =
    | {
      /**
       * Minute, hour, day of the month, month, day of the week; with six fields the first is the second, with seven the last is the year.
       * Or @daily and the like, or one date such as 2027-01-01T08:00:00.
       */
      readonly cron: string;
      /** A length of time, in milliseconds or such as 30s, 5m, 1h. The first run is that long after the start. */
      readonly every?: number | string;
      /**
       * The time zone of cron, such as Europe/Lisbon
       * @default "UTC"
       */
      readonly timezone?: string;
      /** What log lines call it; default, cron or every as it is written */
      readonly name?: string;
      /** What becomes main of its runs */
      readonly input?: unknown;
      /**
       * Whether there is a run when the module starts, too
       * @default false
       */
      readonly at_start?: boolean;
      /**
       * What happens when a run is due and the one before it has not ended
       * @default "skip"
       */
      readonly overlap?: 'skip' | 'queue' | 'parallel';
      /**
       * Each run starts up to this much later, at random, and always before the next one is due
       * @default 0
       */
      readonly jitter?: number | string;
      /**
       * What happens with runs that are more than a minute late, because the machine was suspended or the thread was busy
       * @default "skip"
       */
      readonly missed?: 'skip' | 'once';
      /**
       * Several schedules. Each has the settings above but for schedules; timezone, at_start, overlap, jitter and missed above are their
       * defaults.
       */
      readonly schedules?: readonly (
        | {
          readonly cron: string;
          readonly every?: number | string;
          readonly timezone?: string;
          readonly name?: string;
          readonly input?: unknown;
          readonly at_start?: boolean;
          readonly overlap?: 'skip' | 'queue' | 'parallel';
          readonly jitter?: number | string;
          readonly missed?: 'skip' | 'once';
        }
        | {
          readonly cron?: string;
          readonly every: number | string;
          readonly timezone?: string;
          readonly name?: string;
          readonly input?: unknown;
          readonly at_start?: boolean;
          readonly overlap?: 'skip' | 'queue' | 'parallel';
          readonly jitter?: number | string;
          readonly missed?: 'skip' | 'once';
        })[];
    }
    | {
      /**
       * Minute, hour, day of the month, month, day of the week; with six fields the first is the second, with seven the last is the year.
       * Or @daily and the like, or one date such as 2027-01-01T08:00:00.
       */
      readonly cron?: string;
      /** A length of time, in milliseconds or such as 30s, 5m, 1h. The first run is that long after the start. */
      readonly every: number | string;
      /**
       * The time zone of cron, such as Europe/Lisbon
       * @default "UTC"
       */
      readonly timezone?: string;
      /** What log lines call it; default, cron or every as it is written */
      readonly name?: string;
      /** What becomes main of its runs */
      readonly input?: unknown;
      /**
       * Whether there is a run when the module starts, too
       * @default false
       */
      readonly at_start?: boolean;
      /**
       * What happens when a run is due and the one before it has not ended
       * @default "skip"
       */
      readonly overlap?: 'skip' | 'queue' | 'parallel';
      /**
       * Each run starts up to this much later, at random, and always before the next one is due
       * @default 0
       */
      readonly jitter?: number | string;
      /**
       * What happens with runs that are more than a minute late, because the machine was suspended or the thread was busy
       * @default "skip"
       */
      readonly missed?: 'skip' | 'once';
      /**
       * Several schedules. Each has the settings above but for schedules; timezone, at_start, overlap, jitter and missed above are their
       * defaults.
       */
      readonly schedules?: readonly (
        | {
          readonly cron: string;
          readonly every?: number | string;
          readonly timezone?: string;
          readonly name?: string;
          readonly input?: unknown;
          readonly at_start?: boolean;
          readonly overlap?: 'skip' | 'queue' | 'parallel';
          readonly jitter?: number | string;
          readonly missed?: 'skip' | 'once';
        }
        | {
          readonly cron?: string;
          readonly every: number | string;
          readonly timezone?: string;
          readonly name?: string;
          readonly input?: unknown;
          readonly at_start?: boolean;
          readonly overlap?: 'skip' | 'queue' | 'parallel';
          readonly jitter?: number | string;
          readonly missed?: 'skip' | 'once';
        })[];
    }
    | {
      /**
       * Minute, hour, day of the month, month, day of the week; with six fields the first is the second, with seven the last is the year.
       * Or @daily and the like, or one date such as 2027-01-01T08:00:00.
       */
      readonly cron?: string;
      /** A length of time, in milliseconds or such as 30s, 5m, 1h. The first run is that long after the start. */
      readonly every?: number | string;
      /**
       * The time zone of cron, such as Europe/Lisbon
       * @default "UTC"
       */
      readonly timezone?: string;
      /** What log lines call it; default, cron or every as it is written */
      readonly name?: string;
      /** What becomes main of its runs */
      readonly input?: unknown;
      /**
       * Whether there is a run when the module starts, too
       * @default false
       */
      readonly at_start?: boolean;
      /**
       * What happens when a run is due and the one before it has not ended
       * @default "skip"
       */
      readonly overlap?: 'skip' | 'queue' | 'parallel';
      /**
       * Each run starts up to this much later, at random, and always before the next one is due
       * @default 0
       */
      readonly jitter?: number | string;
      /**
       * What happens with runs that are more than a minute late, because the machine was suspended or the thread was busy
       * @default "skip"
       */
      readonly missed?: 'skip' | 'once';
      /**
       * Several schedules. Each has the settings above but for schedules; timezone, at_start, overlap, jitter and missed above are their
       * defaults.
       */
      readonly schedules: readonly (
        | {
          readonly cron: string;
          readonly every?: number | string;
          readonly timezone?: string;
          readonly name?: string;
          readonly input?: unknown;
          readonly at_start?: boolean;
          readonly overlap?: 'skip' | 'queue' | 'parallel';
          readonly jitter?: number | string;
          readonly missed?: 'skip' | 'once';
        }
        | {
          readonly cron?: string;
          readonly every: number | string;
          readonly timezone?: string;
          readonly name?: string;
          readonly input?: unknown;
          readonly at_start?: boolean;
          readonly overlap?: 'skip' | 'queue' | 'parallel';
          readonly jitter?: number | string;
          readonly missed?: 'skip' | 'once';
        })[];
    };

  /** What a caller sends. */
  export type GivenInput = unknown;

  /** What it replies. */
  export type Output = Value;
}

/** Waits, then passes the payload on. Of the four units the first that is present counts, in the order below; the others are ignored. */
export namespace Sleep {
  /** What it may be loaded `with`. */
  export type GivenSettings = unknown;

  /** What a caller sends. */
  export type GivenInput =
    | {
      /** Milliseconds to wait */
      readonly milliseconds?: unknown;
      /** Seconds to wait */
      readonly seconds?: unknown;
      /** Minutes to wait */
      readonly minutes?: unknown;
      /** Hours to wait */
      readonly hours?: unknown;
    }
    | undefined;

  /** What it replies. */
  export type Output = Value;
}
