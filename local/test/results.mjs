import { readJson } from '../bootstrap/files.mjs';

/**
 * Counts the tests of jest's JSON result. A spec file that could not run counts as one failure, and so does
 * a run that failed in any other way: the closing line never looks better than the exit code.
 * @param {string} path
 * @param {number} exitCode
 * @returns {{ passed: number, failed: number }}
 */
export function countResults(path, exitCode) {
  const result = /** @type {Record<string, unknown> | null} */ (readJson(path));
  const number = (/** @type {string} */ name) => (typeof result?.[name] === 'number' ? result[name] : 0);
  const failed = number('numFailedTests') + number('numRuntimeErrorTestSuites');
  return { passed: number('numPassedTests'), failed: exitCode === 0 ? failed : Math.max(1, failed) };
}
