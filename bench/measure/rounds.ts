import type { BenchOptions } from '../options.ts';
import { CONNECTIONS } from '../options.ts';
import type { PreparedCase, Sample, Variant } from './case.ts';
import type { LoadGenerator } from './load.ts';

/** The samples of every round, by variant. */
export type Round = Readonly<Record<string, Sample>>;

/** What it takes until V8 has compiled what a request runs through, which is more in a slower server, not less. */
const WARM_UP_REQUESTS = 3_000;
const WARM_UP_RUNS = 10;

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
    if ('measure' in variant) continue; // warms up by itself
    let answered = 0;
    for (let run = 0; answered < WARM_UP_REQUESTS && run < WARM_UP_RUNS; run++) {
      signal.throwIfAborted();
      answered += (await load.run(variant, connectionsOf(variant), warmUpSeconds)).requests;
    }
  }
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const samples: Record<string, Sample> = {};
    const order = round % 2 === 0 ? variants : variants.toReversed();
    for (const variant of order) {
      signal.throwIfAborted();
      samples[variant.name] =
        'measure' in variant
          ? await variant.measure()
          : await load.run(variant, connectionsOf(variant), seconds);
    }
    measured.push(samples);
  }
  return measured;
}

function connectionsOf({ connections = CONNECTIONS }: Variant): number {
  return connections;
}
