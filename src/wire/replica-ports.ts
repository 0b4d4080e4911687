/** The three ports that a replica opens, and whose other ends it hands to the host. */
export interface ReplicaPorts<Port> {
  readonly data: Port;
  readonly control: Port;
  readonly log: Port;
}
