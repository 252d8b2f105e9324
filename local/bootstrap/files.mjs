import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file so that a reader, or a kill half way, sees the old text or the new one, never a part.
 * @param {string} path
 * @param {string} text
 * @param {number} [mode]
 */
export function writeAtomically(path, text, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, path);
}

/**
 * The parsed content of a JSON file; null when it is missing or not JSON (a user may have edited it).
 * @param {string} path
 * @returns {unknown}
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * The text of a file; null when it cannot be read.
 * @param {string} path
 * @returns {string | null}
 */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * The last lines of a log file, for an error message.
 * @param {string} path
 * @param {number} [count]
 * @returns {string}
 */
export function lastLines(path, count = 25) {
  return (readText(path) ?? '').trimEnd().split('\n').slice(-count).join('\n');
}

/** @param {string} path */
export function remove(path) {
  rmSync(path, { recursive: true, force: true });
}
