// Written by `npm run built-in-types` from the manifests of the modules that ship with phlow.

import type { Value } from '../values.js';

/** The types of the modules that ship with phlow. */
export interface BuiltInTypes {
  'cache': {
    readonly settings: Cache.GivenSettings;
    readonly input: Cache.GivenInput;
    readonly output: Cache.Output;
  };
  'echo': {
    readonly settings: Echo.GivenSettings;
    readonly input: Echo.GivenInput;
    readonly output: Echo.Output;
  };
  'log': {
    readonly settings: Log.GivenSettings;
    readonly input: Log.GivenInput;
    readonly output: Log.Output;
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
 * What goes wrong is data as well: `{ success: false, error }`, never a failed step.
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

/** Returns its input unchanged. The smallest module there is, to try things out with. */
export namespace Echo {
  /** What it may be loaded `with`. */
  export type GivenSettings = unknown;

  /** What a caller sends. */
  export type GivenInput = unknown;

  /** What it replies. */
  export type Output = Value;
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
       * Each run starts up to this much later, at random
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
       * Each run starts up to this much later, at random
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
       * Each run starts up to this much later, at random
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
