import { plainStep } from './step-plain.js';
import { typedStep } from './step-typed.js';
import type { Files, Wanted } from './template.js';

/** The manifest of a step module that counts things by name. */
export function stepManifest({ name, isTypeScript }: Wanted): string {
  return `name: ${name}
description: |
  Counts things by name.

  - \`count\` adds to a count, which begins at the setting \`start\`
  - \`get\` returns a count
  - \`stats\` tells how much the module has been asked

  What goes wrong is data as well: \`{ success: false, error }\`.
version: 0.1.0
type: step
entry: index.${isTypeScript ? 'ts' : 'js'}
tags: [counter]

# Settings: what a host passes as \`with\`. They are checked before the module starts, and defaults are filled in.
with:
  type: object
  properties:
    start:
      type: integer
      default: 0
      description: What a count begins at
    capacity:
      type: integer
      minimum: 1
      default: 1000
      description: Most counts
      messages:
        minimum: 'capacity must be at least 1: found {value}'

# What callers send. It is checked before the handler sees it. "(for ... actions)" says which actions a member belongs to.
input:
  type: object
  required: true
  properties:
    action:
      type: string
      required: true
      enum: [count, get, stats]
      description: What to do
    key:
      type: string
      minLength: 1
      description: What is counted (for count and get actions)
    by:
      type: integer
      default: 1
      description: How much to add (for count action)
  allOf:
    - if: { properties: { action: { enum: [count, get] } } }
      then:
        required: [key]
        messages:
          required: "Missing 'key' for the action {input.action}"

output:
  type: object
  required: true
  properties:
    success: { type: boolean, required: true, description: Whether it could be done }
    error: { type: string, description: Why not }
    key: { type: string, description: 'count, get: what is counted' }
    value: { type: integer, description: 'count, get: the count' }
    found: { type: boolean, description: 'get: something has been counted under this key' }
    stats:
      type: object
      description: 'stats: figures of this instance since it started'
      properties:
        size: { type: integer, required: true, description: Counts there are }
        counted: { type: integer, required: true, description: Times that something was counted }
        hit_rate: { type: number, required: true, description: Share of look-ups that found something in percent }
`;
}

/** Its code, its tests and an example: one file for each concern, as the guide advises. */
export function stepFiles(wanted: Wanted, namespace: string): Files {
  return {
    'example.phlow': example(wanted),
    ...(wanted.isTypeScript ? typedStep(wanted, namespace) : plainStep(wanted)),
  };
}

function example({ name }: Wanted): string {
  return `# A flow that uses the module; \`phlow test example.phlow\` runs its tests.
modules:
  - module: ./
    name: ${name}
    # As a package runs. Without this line a module in a folder of your own runs at level trusted.
    isolation: isolated
    with: { start: 10 }

steps:
  - ${name}.count: { key: main.page }
  - id: counted
    ${name}.count: { key: main.page, by: 2 }
  - return:
      page: !phs main.page
      views: !phs steps.counted.value

tests:
  - it: counts from where the setting says
    main:
      page: home
    assert_eq:
      page: home
      views: 13
  - it: counts each page by itself
    main:
      page: about
    assert: payload.views == 13
`;
}
