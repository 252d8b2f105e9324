import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT, type CryptoKey, type JWTHeaderParameters } from 'jose';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import type { PrincipalRole } from '../../../platform/http/access.js';
import { ALGORITHM, SigningKeysService } from './signing-keys.service.js';

/** Who the tokens are for: this API. Other services that take them check for the same value. */
export const AUDIENCE = 'entrepot';
const TYPE = 'at+jwt'; // RFC 9068

export interface AccessClaims {
  account: string;
  session: string;
}

/** Short-lived access tokens that any service can verify by the published keys. */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly keys: SigningKeysService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A signed token and its life in seconds. */
  async issue(
    { account, session }: AccessClaims,
    role: PrincipalRole,
  ): Promise<{ accessToken: string; expiresIn: number }> {
    const { kid, key } = await this.keys.signingKey();
    const expiresIn = this.config.security.accessTokenTtlSeconds;
    const accessToken = await new SignJWT({ sid: session, role })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
      .setIssuer(this.config.http.publicUrl)
      .setAudience(AUDIENCE)
      .setSubject(account)
      .setIssuedAt()
      .setExpirationTime(`${expiresIn}s`)
      .sign(key);
    return { accessToken, expiresIn };
  }

  /** What a token says, or undefined when it is not ours or not in force. Its session may have ended since. */
  async verify(token: string): Promise<AccessClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.keyOf(header), {
        algorithms: [ALGORITHM],
        issuer: this.config.http.publicUrl,
        audience: AUDIENCE,
        typ: TYPE,
        requiredClaims: ['exp', 'iat', 'sub', 'sid'],
        maxTokenAge: this.config.security.accessTokenTtlSeconds, // refuses a birth in the future, too
      });
      const { sub, sid } = payload;
      return sub !== undefined && typeof sid === 'string' ? { account: sub, session: sid } : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  private async keyOf({ kid }: JWTHeaderParameters): Promise<CryptoKey> {
    const key = typeof kid === 'string' ? await this.keys.verifyingKey(kid) : undefined;
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}
