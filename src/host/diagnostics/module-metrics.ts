import { Histogram } from '../../wire/histogram.js';

/** What a module has cost so far, over all of its instances. */
export class ModuleMetrics {
  /** From posting a package to its reply. */
  readonly roundTrip = new Histogram();
  /** In the host's admission queue, for packages that had to wait. */
  readonly queue = new Histogram();
  packages = 0;
  /** Packages that ended with an error of any kind. */
  failures = 0;
  /** Replicas that ended while the others went on, and were replaced. */
  replicaRestarts = 0;
  /** CPU milliseconds of instances that have ended. */
  pastCpuMs = 0;
  /** Ended threads and processes that have not gone yet although their time to do so is over. */
  zombies = 0;
  /** Log lines that were cut because the module wrote too many. */
  cutLines = 0;
  /** Events that were handed to the application's listeners, or would have been if there were any. */
  events = 0;
  /** Events that the module emitted beyond what can be handled, or whose data break its manifest. */
  droppedEvents = 0;
}
