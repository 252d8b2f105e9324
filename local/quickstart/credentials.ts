import { readJson, writeAtomically } from '../bootstrap/files.mjs';

/** What a visitor needs to try the API; the content of .local/credentials.json. */
export interface Credentials {
  readonly baseUrl: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  readonly shop: string;
  readonly apiKey: string;
}

/** The last line of `cli.js demo:load`: secrets are null unless they were made just now. */
export interface DemoResult {
  readonly shop: string;
  readonly adminEmail: string;
  readonly apiKey: string | null;
  readonly adminPassword: string | null;
}

/** The credentials of an earlier start, as far as they can be read. */
export function readCredentials(path: string): Partial<Credentials> {
  return readJson(path) ?? {};
}

/** Readable by the owner only: it holds a password. */
export function writeCredentials(path: string, credentials: Credentials): void {
  writeAtomically(path, `${JSON.stringify(credentials, null, 2)}\n`, 0o600);
}

/**
 * Joins new secrets with those known from earlier.
 * @returns null when a secret is neither new nor known: it has to be made anew
 */
export function joinCredentials(
  baseUrl: string,
  demo: DemoResult,
  known: Partial<Credentials>,
): Credentials | null {
  // Secrets of another shop or another account would not fit.
  const apiKey = demo.apiKey ?? (known.shop === demo.shop ? known.apiKey : undefined);
  const adminPassword =
    demo.adminPassword ?? (known.adminEmail === demo.adminEmail ? known.adminPassword : undefined);
  if (!apiKey || !adminPassword) return null;
  return { baseUrl, adminEmail: demo.adminEmail, adminPassword, shop: demo.shop, apiKey };
}

/** Finds the result in what `demo:load` printed: its last line that is a JSON object. */
export function parseDemoResult(output: string): DemoResult {
  for (const line of output.trim().split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    const value = JSON.parse(line) as Record<string, unknown>;
    if (typeof value.shop === 'string' && typeof value.adminEmail === 'string') {
      return {
        shop: value.shop,
        adminEmail: value.adminEmail,
        apiKey: typeof value.apiKey === 'string' ? value.apiKey : null,
        adminPassword: typeof value.adminPassword === 'string' ? value.adminPassword : null,
      };
    }
  }
  throw new Error('demo:load printed no result');
}
