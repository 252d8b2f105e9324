import { Inject, Injectable } from '@nestjs/common';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { Logger } from 'pino';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { SecretBox } from '../../../platform/crypto/secret-box.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import type { SigningKeyDocument } from './signing-key.schema.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

/** ECDSA on P-256: the asymmetric algorithm that gateways and libraries support most widely. */
export const ALGORITHM = 'ES256';
/** How long verifiers may keep the published set. */
export const PUBLISHED_FOR_SECONDS = 300;
/** A new key is published for as long before it signs: twice what verifiers keep. */
const LEAD_MS = 2 * PUBLISHED_FOR_SECONDS * 1000;
/** Tokens of a retired key live on for their own life and this. */
const MARGIN_MS = 5 * 60_000;
/** How long this process goes without looking for new keys. */
const REMEMBER_MS = 10_000;

interface Key {
  kid: string;
  activeFrom: Date;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: JWK;
}

interface KeyRing {
  loadedAt: number;
  /** Newest first. */
  keys: Key[];
}

/** The key pairs of access tokens: made, kept encrypted in the database, rotated, seen by every instance. */
@Injectable()
export class SigningKeysService {
  private readonly box: SecretBox;
  /** Keys that cannot be opened, told once each. */
  private readonly foreign = new Set<string>();
  private ring: KeyRing | undefined;
  private loading: Promise<KeyRing> | undefined;

  constructor(
    private readonly repository: SigningKeysRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.box = new SecretBox(config.security.secretKey, 'signing-keys');
  }

  /** The key that signs now; the first call of an installation makes it. */
  async signingKey(): Promise<{ kid: string; key: CryptoKey }> {
    let active = this.activeOf(await this.fresh(REMEMBER_MS));
    if (!active) {
      await this.create(new Date());
      active = this.activeOf(await this.load());
    }
    if (!active) throw new Error('No signing key is active.');
    return { kid: active.kid, key: active.privateKey };
  }

  /** The public key of a `kid`, undefined when it is none of ours. One not seen before is looked for at once. */
  async verifyingKey(kid: string): Promise<CryptoKey | undefined> {
    const find = ({ keys }: KeyRing) => keys.find((key) => key.kid === kid)?.publicKey;
    return find(await this.fresh(REMEMBER_MS)) ?? find(await this.fresh(0));
  }

  /** The public keys to publish, those that will sign soon included. */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.signingKey();
    const { keys } = await this.fresh(REMEMBER_MS);
    return { keys: keys.map(({ jwk }) => jwk) };
  }

  /**
   * Makes a new key. It signs ten minutes from now and the old ones verify until their last token has expired; with
   * `immediately` it signs at once and every token of an old key is void (within ten seconds on other instances).
   */
  async rotate({ immediately = false } = {}): Promise<{ kid: string; activeFrom: Date }> {
    const activeFrom = new Date(Date.now() + (immediately ? 0 : LEAD_MS));
    const kid = await this.create(activeFrom);
    const life = this.config.security.accessTokenTtlSeconds * 1000;
    if (immediately) await this.repository.deleteOthers(kid);
    else await this.repository.retireOthers(kid, new Date(activeFrom.getTime() + life + MARGIN_MS));
    await this.load();
    return { kid, activeFrom };
  }

  private activeOf({ keys }: KeyRing): Key | undefined {
    const now = new Date();
    return keys.find(({ activeFrom }) => activeFrom <= now);
  }

  /** The keys as they were at most `maxAgeMs` ago. */
  private async fresh(maxAgeMs: number): Promise<KeyRing> {
    if (this.ring && Date.now() - this.ring.loadedAt < maxAgeMs) return this.ring;
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async load(): Promise<KeyRing> {
    const loadedAt = Date.now();
    const documents = await this.repository.all();
    const live = documents.filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > loadedAt);
    const opened = await Promise.all(live.map((document) => this.open(document)));
    this.ring = { loadedAt, keys: opened.filter((key) => key !== undefined) };
    return this.ring;
  }

  private async open(document: SigningKeyDocument): Promise<Key | undefined> {
    const known = this.ring?.keys.find(({ kid }) => kid === document._id);
    return known ? { ...known, activeFrom: document.activeFrom } : this.unseal(document);
  }

  /** A key that another SECRET_KEY sealed is as good as gone. */
  private async unseal({ _id: kid, publicJwk, sealedKey, activeFrom }: SigningKeyDocument) {
    const text = this.box.open(sealedKey, kid);
    if (text === undefined) {
      if (!this.foreign.has(kid))
        this.logger.warn({ kid }, 'A signing key was written under another SECRET_KEY and is not used');
      this.foreign.add(kid);
      return undefined;
    }
    return {
      kid,
      activeFrom,
      jwk: { ...publicJwk, kid, alg: ALGORITHM, use: 'sig' },
      privateKey: (await importJWK(JSON.parse(text) as JWK, ALGORITHM)) as CryptoKey,
      publicKey: (await importJWK(publicJwk, ALGORITHM)) as CryptoKey,
    };
  }

  private async create(activeFrom: Date): Promise<string> {
    const pair = await generateKeyPair(ALGORITHM, { extractable: true });
    const publicJwk = await exportJWK(pair.publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    const sealedKey = this.box.seal(JSON.stringify(await exportJWK(pair.privateKey)), kid);
    await this.repository.insert({
      _id: kid,
      publicJwk,
      sealedKey,
      createdAt: new Date(),
      activeFrom,
      expiresAt: null,
    });
    return kid;
  }
}
