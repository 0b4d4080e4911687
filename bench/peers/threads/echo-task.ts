/** The task that piscina and tinypool run. */
export default function echo(value: unknown): unknown {
  return value;
}
