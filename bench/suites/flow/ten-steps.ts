/** What a run starts with. */
export interface Visitor {
  readonly n: number;
  readonly name: string;
}

/** Ten steps that call no module: arithmetic, two conditions, objects, a text, results of earlier steps. */
export const TEN_STEPS = `
steps:
  - payload: main.n + 1
  - payload: payload * 3
  - id: tripled
    payload: payload - 2
  - assert: payload > 100
    payload: payload % 100
  - payload: { n: payload, name: main.name }
  - id: person
    payload: { n: payload.n, label: \`\${payload.name} #\${payload.n}\` }
  - payload: payload.n + steps.tripled
  - assert: payload % 2 == 0
    payload: payload / 2
  - payload: payload + steps.person.n
  - payload: { sum: payload, label: steps.person.label }
`;

/** The ten steps as a programmer would write them. */
export function tenStepsByHand(main: Visitor): Promise<{ sum: number; label: string }> {
  const tripled = (main.n + 1) * 3 - 2;
  const n = tripled > 100 ? tripled % 100 : tripled;
  const person = { n, label: `${main.name} #${n}` };
  const total = person.n + tripled;
  const half = total % 2 === 0 ? total / 2 : total;
  return Promise.resolve({ sum: half + person.n, label: person.label });
}

/** Different ones in turn, with every outcome of the conditions. */
export const VISITORS: readonly Visitor[] = Array.from({ length: 64 }, (_, n) => ({
  n,
  name: `visitor ${n}`,
}));
