import { Inject, Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError } from '../../kernel/errors.js';
import { SCOPES, type Principal, type PrincipalRole } from '../../platform/http/access.js';
import { AccountsRepository } from './accounts.repository.js';
import type { AccountDocument } from './account.schema.js';

/** OWASP's second argon2id profile (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane; argon2id is the default. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const ISSUER = 'entrepot';
const ALGORITHM = 'HS256';
const REMEMBER_MS = 5_000;

/** Operators' accounts: password in, short-lived access token out. */
@Injectable()
export class AccountsService {
  private readonly key: Uint8Array;
  private readonly known = new LRUCache<string, Principal>({ max: 10_000, ttl: REMEMBER_MS });
  private readonly decoy = hash('no account has this password', ARGON2);

  constructor(
    private readonly repository: AccountsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.key = new TextEncoder().encode(config.security.secretKey);
  }

  /**
   * An access token for the right password. An unknown address costs the same time as a wrong password.
   * @throws AppError `invalid_credentials`
   */
  async login(email: string, password: string): Promise<{ accessToken: string; expiresIn: number }> {
    const account = await this.repository.findByEmail(email.toLowerCase());
    const correct = await verify(account?.passwordHash ?? (await this.decoy), password);
    if (!account || !correct) throw new AppError('invalid_credentials', 'E-mail or password is wrong.');
    const { accessTokenTtlSeconds } = this.config.security;
    const accessToken = await new SignJWT({})
      .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(String(account._id))
      .setIssuedAt()
      .setExpirationTime(`${accessTokenTtlSeconds}s`)
      .sign(this.key);
    return { accessToken, expiresIn: accessTokenTtlSeconds };
  }

  /** Whose token this is; undefined when it is not ours, expired, or its account is gone. */
  async authenticate(token: string): Promise<Principal | undefined> {
    const subject = await this.subjectOf(token);
    if (!subject) return undefined;
    const known = this.known.get(subject);
    if (known) return known;
    const account = await this.repository.findById(subject);
    if (!account) return undefined;
    const principal = toPrincipal(account);
    this.known.set(subject, principal);
    return principal;
  }

  /** Makes the account, or gives an existing one this password. */
  async put(email: string, password: string, role: PrincipalRole): Promise<void> {
    await this.repository.put(email.toLowerCase(), await hash(password, ARGON2), role);
  }

  async exists(email: string): Promise<boolean> {
    return (await this.repository.findByEmail(email.toLowerCase())) !== null;
  }

  private async subjectOf(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: ISSUER,
        typ: 'at+jwt',
        requiredClaims: ['exp', 'iat', 'sub'],
        maxTokenAge: this.config.security.accessTokenTtlSeconds,
      });
      return payload.sub;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

function toPrincipal(account: AccountDocument): Principal {
  return { id: `account:${String(account._id)}`, kind: 'account', role: account.role, shops: [], scopes: new Set(SCOPES) };
}
