import type { ListenFigures } from '../../../src/sdk/index.js';

/** Upper bounds of the buckets, in milliseconds. */
const BUCKETS_MS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Counts responses, for Prometheus. */
export class Metrics {
  readonly #now: () => number;
  readonly #byStatus = new Map<number, number>();
  readonly #buckets = new Array<number>(BUCKETS_MS.length + 1).fill(0);
  #sumMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  started(): number {
    return this.#now();
  }

  ended(startedAt: number, status: number): void {
    const ms = this.#now() - startedAt;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    const at = BUCKETS_MS.findIndex((bound) => ms <= bound);
    const bucket = at === -1 ? BUCKETS_MS.length : at;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sumMs += ms;
  }

  /** The figures in the text format of Prometheus. */
  text(figures: ListenFigures | undefined): string {
    const statuses = [...this.#byStatus].sort(([a], [b]) => a - b);
    const total = statuses.reduce((sum, [, count]) => sum + count, 0);
    let below = 0;
    const buckets = BUCKETS_MS.map((bound, i) => {
      below += this.#buckets[i] ?? 0;
      return `http_server_request_duration_seconds_bucket{le="${bound / 1_000}"} ${below}`;
    });
    return [
      '# TYPE http_server_responses_total counter',
      ...statuses.map(([status, count]) => `http_server_responses_total{status="${status}"} ${count}`),
      '# TYPE http_server_request_duration_seconds histogram',
      ...buckets,
      `http_server_request_duration_seconds_bucket{le="+Inf"} ${total}`,
      `http_server_request_duration_seconds_sum ${this.#sumMs / 1_000}`,
      `http_server_request_duration_seconds_count ${total}`,
      '# TYPE http_server_connections gauge',
      `http_server_connections ${figures?.connections ?? 0}`,
      '# TYPE http_server_requests_in_flight gauge',
      `http_server_requests_in_flight ${figures?.inFlight ?? 0}`,
      '# TYPE http_server_refused_total counter',
      `http_server_refused_total ${figures?.refused ?? 0}`,
      '',
    ].join('\n');
  }
}
