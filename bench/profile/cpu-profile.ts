import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../local/bootstrap/paths.mjs';

/** V8's CPU profile (Chrome DevTools protocol, `Profiler.Profile`): a tree of calls and which node ran when. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function as it was called from one place: what it and all it called used, in microseconds of CPU. */
export interface Call {
  readonly name: string;
  /** The file under the repository, `node:…`, or empty for the engine's own work. */
  readonly file: string;
  self: number;
  total: number;
  readonly calls: Call[];
}

/** What a profile has outside all functions: time in which nothing ran, and the profiler's own. */
const IDLE = new Set(['(idle)']);

/**
 * The tree of calls of a `--cpu-prof` file, without idle time and what came before `from`
 * (microseconds of `process.hrtime`, the clock V8 writes too).
 */
export function readProfile(path: string, from: number): Call {
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const calls = new Map(nodes.map(({ id, callFrame }) => [id, callOf(callFrame)]));
  let at = startTime;
  for (const [n, id] of samples.entries()) {
    const took = timeDeltas[n] ?? 0;
    at += took;
    const call = calls.get(id);
    if (call && at >= from && took > 0 && !IDLE.has(call.name)) call.self += took;
  }
  for (const { id, children = [] } of nodes) {
    for (const child of children) calls.get(id)?.calls.push(calls.get(child) as Call);
  }
  const root = calls.get(nodes[0]?.id ?? 0);
  if (!root) throw new Error(`${path} is empty`);
  sum(root);
  return root;
}

function callOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): Call {
  const file = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  const name = functionName || (file === '' ? '(engine)' : `(line ${lineNumber + 1})`);
  return { name, file, self: 0, total: 0, calls: [] };
}

function sum(call: Call): number {
  call.total = call.self + call.calls.reduce((total, inner) => total + sum(inner), 0);
  return call.total;
}

/** Whose code a call is: a package, a folder of ours, a part of Node, or the engine. */
export function ownerOf({ name, file }: Call): string {
  const [, scopeOrName, inner] = /(?:.*\/)?node_modules\/(@[^/]+|[^/]+)(?:\/([^/]+))?/.exec(file) ?? [];
  if (scopeOrName) return scopeOrName.startsWith('@') ? `${scopeOrName}/${inner ?? ''}` : scopeOrName;
  if (file.startsWith('dist/')) return file.split('/').slice(0, 3).join('/');
  if (file.startsWith('node:'))
    return file.replace('node:internal/', 'node:').split('/').slice(0, 2).join('/');
  return name.startsWith('(') ? name : 'engine built-ins';
}

/** Self time by owner, most first, as shares of the whole. */
export function sharesByOwner(root: Call): [owner: string, share: number][] {
  const owners = new Map<string, number>();
  const visit = (call: Call): void => {
    if (call.self > 0) owners.set(ownerOf(call), (owners.get(ownerOf(call)) ?? 0) + call.self);
    call.calls.forEach(visit);
  };
  visit(root);
  return [...owners]
    .map(([owner, self]): [string, number] => [owner, self / root.total])
    .sort(([, a], [, b]) => b - a);
}
