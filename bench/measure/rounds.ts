import type { BenchOptions } from '../options.ts';
import { CONNECTIONS } from '../options.ts';
import type { PreparedCase, Sample } from './case.ts';
import type { LoadGenerator } from './load.ts';

/** The samples of every round, by variant. */
export type Round = Readonly<Record<string, Sample>>;

/**
 * Warms every variant up, then measures them in turns, each round in the opposite order of the one before: what the
 * machine does beside the benchmark falls on all sides.
 */
export async function measure(
  { variants }: PreparedCase,
  load: LoadGenerator,
  { rounds, seconds, warmUpSeconds }: BenchOptions,
  signal: AbortSignal,
): Promise<Round[]> {
  for (const variant of variants) {
    signal.throwIfAborted();
    await load.run(variant, CONNECTIONS, warmUpSeconds);
  }
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const samples: Record<string, Sample> = {};
    const order = round % 2 === 0 ? variants : variants.toReversed();
    for (const variant of order) {
      signal.throwIfAborted();
      samples[variant.name] = await load.run(variant, CONNECTIONS, seconds);
    }
    measured.push(samples);
  }
  return measured;
}
