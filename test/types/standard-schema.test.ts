import { type } from 'arktype';
import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { z } from 'zod';
import { createMain, createStep, type StandardSchema } from '../../src/sdk/index.js';
import { withHost } from '../support/with-host.js';

/** Compiles only where the two types are the same. */
function isExactly<Wanted>() {
  return <Found>(value: [Wanted, Found] extends [Found, Wanted] ? Found : never): Found => value;
}

const ZOD = z.object({ id: z.string().transform(Number) });
const VALIBOT = v.object({ id: v.pipe(v.string(), v.transform(Number)) });
const ARKTYPE = type({ id: 'string.numeric.parse' });

test('validators of zod, valibot and arktype are Standard Schemas, and handlers get what they make of an input', () => {
  const schemas: readonly StandardSchema<{ id: string }, { id: number }>[] = [ZOD, VALIBOT, ARKTYPE];
  expect(schemas).toHaveLength(3);
  const steps = [
    createStep({ input: ZOD, handler: ({ input }) => isExactly<number>()(input.id) }),
    createStep({ input: VALIBOT, handler: ({ input }) => isExactly<number>()(input.id) }),
    createStep({
      input: ARKTYPE,
      output: type('number'),
      handler: ({ input }) => isExactly<number>()(input.id),
    }),
    createStep({
      input: ZOD,
      start: ({ name }) => ({ name }),
      handler: ({ input }, { log }, state) => {
        log.info(isExactly<string>()(state.name));
        // @ts-expect-error it is a number by now
        const text: string = input.id;
        return text;
      },
    }),
    createMain({ input: ZOD, main: () => 0, handler: ({ input }) => isExactly<number>()(input.id) }),
    // @ts-expect-error a JSON Schema is no validator
    createStep({ input: { type: 'object' }, handler: () => 0 }),
  ];
  expect(steps.every(({ input }) => input !== undefined)).toBe(true);
});

test('a function takes what its validator takes, is called with what it makes, and replies what the other one makes', () =>
  withHost(async (host) => {
    const next = await host.provide('next', ({ id }) => isExactly<number>()(id) + 1, {
      input: ZOD,
      output: z.number().transform(String),
    });
    expect(isExactly<string>()(await next.call({ id: '41' }))).toBe('42');
    // @ts-expect-error callers send a text
    await expect(next.call({ id: 41 })).rejects.toMatchObject({ code: 'PHLOW_INPUT_INVALID' });
    const other = await host.provide('other', (input) => isExactly<number>()(input.id), { input: ARKTYPE });
    expect(isExactly<number>()(await other.call({ id: '7' }))).toBe(7);
  }));
