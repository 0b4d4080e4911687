import type { ValueMap } from '../../../src/values.js';

/** The cache's settings, as `phlow.yaml` has checked them and filled in their defaults. */
export interface CacheSettings extends ValueMap {
  readonly capacity: number;
  /** Seconds. */
  readonly default_ttl?: number;
  readonly max_bytes?: number;
  /** The URL of a server that keeps the entries; undefined: this module does. */
  readonly store?: string | null;
  readonly prefix?: string;
}

/** The settings in the units the cache computes with. */
export interface CacheConfig {
  /** Most entries. */
  readonly capacity: number;
  /** Milliseconds an entry lives when `set` does not say; `Infinity` for no end. */
  readonly defaultTtlMs: number;
  /** Most bytes by estimate; `Infinity` for no limit. */
  readonly maxBytes: number;
}

/** Turns checked settings into the cache's own units. */
export function configOf(settings: CacheSettings): CacheConfig {
  return {
    capacity: settings.capacity,
    defaultTtlMs: settings.default_ttl === undefined ? Number.POSITIVE_INFINITY : settings.default_ttl * 1000,
    maxBytes: settings.max_bytes ?? Number.POSITIVE_INFINITY,
  };
}
