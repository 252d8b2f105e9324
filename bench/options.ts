import { parseArgs } from 'node:util';
import { UserError } from '../local/bootstrap/progress.mjs';

export interface BenchOptions {
  /** How often every side of a case is measured; the result is the median. */
  readonly rounds: number;
  /** Measured time of one side in one round. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** What is large by itself is smaller, too. */
  readonly quick: boolean;
  /** Also the shop of a million products, which takes minutes to fill. */
  readonly full: boolean;
  /** Also the CPU profile of the application over the whole run, as a flame graph: choose one case. */
  readonly profile: boolean;
  /** Parts of case names; all cases when empty. */
  readonly only: readonly string[];
}

export const CONNECTIONS = 100;

/** @throws UserError for an unknown option */
export function readOptions(args: readonly string[]): BenchOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
      },
    });
    const length = values.quick
      ? { rounds: 3, seconds: 1, warmUpSeconds: 1 }
      : { rounds: 5, seconds: 3, warmUpSeconds: 3 };
    const { quick, full, profile, only } = values;
    return { ...length, quick, full, profile, only };
  } catch (error) {
    throw new UserError(
      `${(error as Error).message}\nusage: npm run bench -- [--quick] [--full] [--profile] [--only <part of a case's name>]`,
    );
  }
}
