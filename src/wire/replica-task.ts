/** The three ports that a replica opens for everything but packages. */
export interface ReplicaPorts<Port> {
  readonly data: Port;
  readonly control: Port;
  readonly log: Port;
}

/** One package as a task of a pool: the pair that would stand in a batch. */
export interface ReplicaTask {
  readonly tag: number;
  readonly value: unknown;
}

/** The pair that answers a package; undefined when the answer has gone over the data port. */
export type ReplicaAnswer = ReplicaTask | undefined;
