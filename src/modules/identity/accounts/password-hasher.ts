import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { normalised } from './password-policy.js';

/** OWASP's second argon2id profile (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane; argon2id is the default. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT = `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}$`;

@Injectable()
export class PasswordHasher {
  private readonly decoy = this.hash('no account has this password');

  /** A PHC string. */
  hash(password: string): Promise<string> {
    return hash(normalised(password), ARGON2);
  }

  /** Whether the password is the one of this hash; without a hash it takes the same time and is false. */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    const correct = await verify(stored ?? (await this.decoy), normalised(password));
    return correct && stored !== undefined;
  }

  /** Whether a hash was made with other parameters than those of today. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(CURRENT);
  }
}
