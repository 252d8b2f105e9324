import { ownerOf, type Call } from './cpu-profile.ts';

const WIDTH = 1_200;
const ROW = 16;
/** Narrower calls are not drawn. */
const LEAST_PX = 0.5;
const TEXT_PX = 35;
const CHAR_PX = 6.2;

interface Box {
  readonly call: Call;
  readonly x: number;
  readonly depth: number;
  readonly width: number;
}

/** A flame graph as SVG: a box for each call, as wide as the CPU time it and all it called took; callers below. */
export function flameGraph(root: Call, title: string): string {
  const boxes: Box[] = [];
  place(root, 0, 0, WIDTH, boxes);
  const rows = Math.max(...boxes.map(({ depth }) => depth)) + 1;
  const height = (rows + 2) * ROW;
  const drawn = boxes.map((box) => draw(box, root.total, height)).join('\n');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10">`,
    `<rect width="100%" height="100%" fill="#fff"/><text x="4" y="13" font-size="12">${escaped(title)}</text>`,
    `${drawn}\n</svg>\n`,
  ].join('\n');
}

function place(call: Call, x: number, depth: number, width: number, boxes: Box[]): void {
  boxes.push({ call, x, depth, width });
  let at = x;
  for (const inner of merged(call.calls)) {
    const wide = (inner.total / call.total) * width;
    if (wide >= LEAST_PX) place(inner, at, depth + 1, wide, boxes);
    at += wide;
  }
}

/** Calls of the same function as one, the longest first. */
function merged(calls: readonly Call[]): Call[] {
  const byName = new Map<string, Call>();
  for (const call of calls) {
    const key = `${call.name}\n${call.file}`;
    const known = byName.get(key);
    byName.set(
      key,
      known
        ? {
            ...known,
            self: known.self + call.self,
            total: known.total + call.total,
            calls: [...known.calls, ...call.calls],
          }
        : call,
    );
  }
  return [...byName.values()].filter(({ total }) => total > 0).sort((a, b) => b.total - a.total);
}

function draw({ call, x, depth, width }: Box, total: number, height: number): string {
  const y = height - (depth + 1) * ROW;
  const share = ((100 * call.total) / total).toFixed(1);
  const label = width < TEXT_PX ? '' : call.name.slice(0, Math.floor((width - 4) / CHAR_PX));
  const text = label && `<text x="${(x + 2).toFixed(1)}" y="${y + 11}">${escaped(label)}</text>`;
  return `<g><title>${escaped(`${call.name} ${call.file} ${share} %`)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colour(call)}"/>${text}</g>`;
}

/** One hue an owner: ours warm, packages green, Node blue, the engine grey. */
function colour(call: Call): string {
  const owner = ownerOf(call);
  if (owner.startsWith('dist/')) return '#f2a154';
  if (owner.startsWith('node:')) return '#a8c8f0';
  if (owner.startsWith('(') || owner === 'engine built-ins') return '#d5d5d5';
  const shade = [...owner].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 40;
  return `hsl(${100 + shade}, 45%, ${66 + (shade % 12)}%)`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
