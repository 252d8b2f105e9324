import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomically } from '../bootstrap/files.mjs';
import { countResults } from './results.mjs';

describe('countResults', () => {
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-count-'));
  const path = join(folder, 'jest.json');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('counts tests, and a file that could not run as one', () => {
    writeAtomically(path, '{"numPassedTests":7,"numFailedTests":2,"numRuntimeErrorTestSuites":1}');
    expect(countResults(path, 1)).toEqual({ passed: 7, failed: 3 });
  });
  it('never looks better than the exit code', () => {
    writeAtomically(path, '{"numPassedTests":7,"numFailedTests":0,"numRuntimeErrorTestSuites":0}');
    expect(countResults(path, 1)).toEqual({ passed: 7, failed: 1 });
    expect(countResults(path, 0)).toEqual({ passed: 7, failed: 0 });
  });
  it('counts a run without a result as one failure', () => {
    expect(countResults(join(folder, 'none.json'), 1)).toEqual({ passed: 0, failed: 1 });
  });
});
