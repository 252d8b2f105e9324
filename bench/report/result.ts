import type { Comparison, Goal, Sample } from '../measure/case.ts';
import type { Round } from '../measure/rounds.ts';
import { median, range, rounded } from '../measure/statistics.ts';

/** One line of the table and one entry of `cases` in reports/bench.json. */
export interface CaseResult {
  readonly name: string;
  readonly metric: 'requests/s' | 'p95 ms';
  /** Medians over the rounds. */
  readonly ours: number;
  readonly baseline: number;
  /** `ours` ÷ `baseline`. */
  readonly ratio: number;
  readonly goal: number;
  readonly goalIs: Goal['is'];
  readonly ok: boolean;
  readonly range: Readonly<Record<'ours' | 'baseline' | 'ratio', [lowest: number, highest: number]>>;
  readonly runs: readonly { ours: Sample; baseline: Sample }[];
}

/** What the rounds say about one comparison. */
export function resultOf({ name, ours, baseline, goal }: Comparison, rounds: readonly Round[]): CaseResult {
  const runs = rounds.map((round) => ({ ours: sample(round, ours), baseline: sample(round, baseline) }));
  const own = runs.map((run) => run.ours[goal.metric]);
  const other = runs.map((run) => run.baseline[goal.metric]);
  const ratio = median(own) / median(other);
  const ranges = {
    ours: range(own),
    baseline: range(other),
    ratio: range(runs.map((run) => run.ours[goal.metric] / run.baseline[goal.metric])),
  };
  return {
    name,
    metric: goal.metric === 'p95' ? 'p95 ms' : 'requests/s',
    ours: rounded(median(own)),
    baseline: rounded(median(other)),
    ratio: rounded(ratio),
    goal: goal.bound,
    goalIs: goal.is,
    ok: goal.is === 'at least' ? ratio >= goal.bound : ratio <= goal.bound,
    range: {
      ours: [rounded(ranges.ours[0]), rounded(ranges.ours[1])],
      baseline: [rounded(ranges.baseline[0]), rounded(ranges.baseline[1])],
      ratio: [rounded(ranges.ratio[0]), rounded(ranges.ratio[1])],
    },
    runs,
  };
}

function sample(round: Round, variant: string): Sample {
  const found = round[variant];
  if (!found) throw new Error(`there is no variant "${variant}"`);
  return found;
}
