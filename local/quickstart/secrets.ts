import { randomBytes } from 'node:crypto';
import { readJson, writeAtomically } from '../bootstrap/files.mjs';

/** Settings that must be secret and stay the same between starts: made once for each installation. */
const GENERATORS: Readonly<Record<string, () => string>> = {
  SECRET_KEY: () => randomBytes(32).toString('base64url'),
};

/** The secrets of this installation, by variable name; makes those that are missing, keeps the others. */
export function loadSecrets(path: string): Record<string, string> {
  const kept = (readJson(path) ?? {}) as Record<string, unknown>;
  const secrets = Object.fromEntries(
    Object.entries(GENERATORS).map(([name, make]) => {
      const known = kept[name];
      return [name, typeof known === 'string' && known !== '' ? known : make()] as const;
    }),
  );
  if (Object.keys(secrets).some((name) => kept[name] !== secrets[name])) {
    writeAtomically(path, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
  }
  return secrets;
}
