import type { CaseResult } from './result.ts';

const HEAD = ['case', 'ours', 'baseline', 'ratio', 'goal', ''];

/** The results as a table for a terminal: medians, lowest and highest round in brackets. */
export function table(results: readonly CaseResult[]): string {
  const rows = [HEAD, ...results.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return lines.join('\n');
}

const UNITS: Readonly<Record<string, string>> = {
  requestsPerSecond: ' /s',
  p50: ' ms',
  p95: ' ms',
  p99: ' ms',
};

function row({ name, metric, ours, baseline, ratio, goal, goalIs, ok, range }: CaseResult): string[] {
  const unit = UNITS[metric] ?? '';
  const cell = (value: number | null, bounds: readonly [number, number] | null, suffix = '') =>
    value === null || !bounds ? '–' : `${value}${suffix} (${bounds[0]}–${bounds[1]})`;
  return [
    name,
    cell(ours, range.ours, unit),
    cell(baseline, range.baseline, unit),
    cell(ratio, range.ratio),
    `${goalIs === 'at least' ? '≥' : '≤'} ${goal}${ratio === null ? unit : ''}`,
    ok ? 'ok' : 'missed',
  ];
}
