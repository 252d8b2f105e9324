import type { Comparison, Goal, Sample } from '../measure/case.ts';
import type { Round } from '../measure/rounds.ts';
import { median, range, rounded } from '../measure/statistics.ts';

type Range = readonly [lowest: number, highest: number];

/** One line of the table and one entry of `cases` in reports/bench.json. */
export interface CaseResult {
  readonly name: string;
  readonly metric: string;
  /** Medians over the rounds. */
  readonly ours: number;
  /** Null where the goal is one of ours alone. */
  readonly baseline: number | null;
  /** `ours` ÷ `baseline`. */
  readonly ratio: number | null;
  readonly goal: number;
  readonly goalIs: Goal['is'];
  readonly ok: boolean;
  readonly range: { readonly ours: Range; readonly baseline: Range | null; readonly ratio: Range | null };
  readonly runs: readonly { ours: Sample; baseline: Sample | null }[];
}

/** What the rounds say about one comparison. */
export function resultOf({ name, ours, baseline, goal }: Comparison, rounds: readonly Round[]): CaseResult {
  const runs = rounds.map((round) => ({
    ours: sample(round, ours),
    baseline: baseline === undefined ? null : sample(round, baseline),
  }));
  const own = runs.map((run) => valueOf(run.ours, goal.metric));
  const others = runs.flatMap((run) => (run.baseline ? [valueOf(run.baseline, goal.metric)] : []));
  const ratio = others.length > 0 ? median(own) / median(others) : null;
  const reached = ratio ?? median(own);
  return {
    name,
    metric: goal.metric,
    ours: rounded(median(own)),
    baseline: others.length > 0 ? rounded(median(others)) : null,
    ratio: ratio === null ? null : rounded(ratio),
    goal: goal.bound,
    goalIs: goal.is,
    ok: goal.is === 'at least' ? reached >= goal.bound : reached <= goal.bound,
    range: {
      ours: roundedRange(own),
      baseline: others.length > 0 ? roundedRange(others) : null,
      ratio:
        others.length > 0 ? roundedRange(own.map((value, n) => value / (others[n] ?? Number.NaN))) : null,
    },
    runs,
  };
}

function roundedRange(values: readonly number[]): Range {
  const [lowest, highest] = range(values);
  return [rounded(lowest), rounded(highest)];
}

function valueOf(sample: Sample, metric: string): number {
  const value = { ...sample, ...sample.figures }[metric as keyof Sample];
  if (typeof value !== 'number') throw new Error(`a sample has no figure "${metric}"`);
  return value;
}

function sample(round: Round, variant: string): Sample {
  const found = round[variant];
  if (!found) throw new Error(`there is no variant "${variant}"`);
  return found;
}
