import type { Manifest } from '../../manifest/manifest.js';
import { levelFor, LEVELS } from '../../sandbox/levels.js';
import { reasonOf } from '../../sandbox/missing-grant.js';
import { PERMISSION_TABLE, requestedPermissions } from '../../sandbox/permission-table.js';
import { code, paragraph, prose, type Section, type Text } from './page.js';

/** What the module asks for, what for, and what that lets it do. */
export function permissionSection(manifest: Manifest): Section {
  const requested = requestedPermissions(manifest.permissions);
  if (requested.length === 0)
    return { title: ['Permissions'], blocks: [paragraph('It asks for nothing.')], sections: [] };
  const rows = requested.map(({ permission, target }): readonly Text[] => {
    const { words, risk } = PERMISSION_TABLE[permission];
    const reason = reasonOf(manifest, permission);
    return [
      [code(target === 'true' ? permission : `${permission}: ${target}`)],
      [words(target)],
      reason === undefined ? [] : [`“${reason}”`],
      risk === undefined ? [] : [risk],
    ];
  });
  return {
    title: ['Permissions'],
    blocks: [
      paragraph(
        'At levels ',
        code('inline'),
        ' and ',
        code('trusted'),
        ' nothing holds it to these without a grant. With one, what it asks the host for is held to the grant; what its own code does by itself is not. ',
        'The reasons are the author’s; nobody has checked them.',
      ),
      { kind: 'table', caption: 'Permissions', head: ['permission', 'lets it', 'reason', 'risk'], rows },
      paragraph('The examples below grant all of it.'),
    ],
    sections: [],
  };
}

/** The levels that the module runs at, and what it is held to. */
export function levelSection(manifest: Manifest): Section {
  const { name, isolation } = manifest;
  const level = (origin: 'application' | 'package'): keyof typeof LEVELS =>
    levelFor({ module: name, origin, asked: isolation, owner: undefined });
  const own = level('application');
  const installed = level('package');
  const rows = limitRows(manifest);
  return {
    title: ['Isolation and limits'],
    blocks: [
      paragraph(
        ...(isolation === undefined
          ? ['It accepts any level. ']
          : ['Its manifest asks for level ', code(isolation), ' or a stronger one. ']),
        'In a folder of the application’s own it runs at ',
        code(own),
        `: ${LEVELS[own].promise}. `,
        'As a package it runs at ',
        code(installed),
        ...(installed === own ? [' too.'] : [`: ${LEVELS[installed].promise}.`]),
      ),
      ...(rows.length === 0
        ? []
        : [{ kind: 'table', caption: 'Limits', head: ['limit', 'value', 'meaning'], rows } as const]),
    ],
    sections: [],
  };
}

function limitRows({
  limits,
  timeouts,
  concurrency,
  replicas,
  takesPayload,
  engines,
}: Manifest): readonly (readonly Text[])[] {
  const rows: [key: string, value: string | undefined, meaning: string][] = [
    ['limits.memory', bytes(limits.memoryBytes), 'its heap'],
    ['limits.call', milliseconds(limits.callMs), 'a call that takes longer ends the module'],
    [
      'limits.cpu',
      limits.cpuMsPerSecond === undefined ? undefined : `${limits.cpuMsPerSecond} ms per second`,
      'CPU time',
    ],
    ['limits.reply', bytes(limits.replyBytes), 'the largest message'],
    [
      'limits.log',
      limits.logBytesPerSecond === undefined
        ? undefined
        : `${bytes(limits.logBytesPerSecond) ?? ''} per second`,
      'log lines beyond it are dropped',
    ],
    ['timeouts.load', milliseconds(timeouts.loadMs), 'how long it may take to start'],
    ['timeouts.call', milliseconds(timeouts.callMs), 'the deadline of calls that bring none'],
    ['timeouts.stop', milliseconds(timeouts.stopMs), 'how long it may take to stop'],
    ['concurrency', concurrency?.toString(), 'packages handled at once; the others wait'],
    ['replicas', replicas?.toString(), 'equal copies of it'],
    ['payload', takesPayload ? undefined : 'false', 'it does not get the flow’s payload'],
    ['engines.phlow', engines.phlow, 'versions of phlow'],
    ['engines.node', engines.node, 'versions of Node.js'],
  ];
  return rows.flatMap(([key, value, meaning]) =>
    value === undefined ? [] : [[[code(key)], [value], prose(meaning)]],
  );
}

function milliseconds(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${ms} ms`;
}

function bytes(count: number | undefined): string | undefined {
  if (count === undefined) return undefined;
  const [unit, size] =
    count % 1_048_576 === 0 ? ['MiB', 1_048_576] : count % 1_024 === 0 ? ['KiB', 1_024] : ['bytes', 1];
  return `${count / size} ${unit}`;
}
