import type { BatchOutcome } from './transport-batch-writer.js';
import type { TransportImportResult, TransportRowProblem } from './transport-import.job.js';

const MAX_REPORTED = 1_000;

/** What becomes of the rows of a file, with as many of their problems as a result holds. */
export class TransportTally {
  private readonly counts = { created: 0, unchanged: 0, failed: 0 };
  private readonly errors: TransportRowProblem[] = [];

  /** Counts one row that does not land. */
  reject(problems: readonly TransportRowProblem[]): void {
    this.counts.failed++;
    this.errors.push(...problems.slice(0, MAX_REPORTED - this.errors.length));
  }

  add({ created, unchanged, taken }: BatchOutcome): void {
    this.counts.created += created;
    this.counts.unchanged += unchanged;
    for (const { line, terms } of taken) {
      const { reference } = terms;
      const message = `the client has an order "${reference}" already, with other content`;
      this.reject([{ line, column: 'reference', reference, code: 'duplicate_reference', message }]);
    }
  }

  result(): TransportImportResult {
    return { ...this.counts, errors: this.errors.toSorted((one, other) => one.line - other.line) };
  }
}
