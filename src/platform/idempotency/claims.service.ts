import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import { TenantData } from '../tenancy/tenant-data.js';
import { AnswerCipher, type Answer } from './answer-cipher.js';
import type { ClaimDocument } from './claim.schema.js';
import { ClaimsRepository, type Held } from './claims.repository.js';
import type { Creation } from './creation.js';
import { sha256 } from './fingerprint.js';

/** How long an answer is kept. */
const KEEP_MS = 24 * 3600 * 1000;
/** A process that died leaves its claims for this long; longer pauses than that are taken for a death. */
const LEASE_MS = 10_000;

/** What makes two requests the same one. */
export interface Claimed {
  shop?: string;
  principal: string;
  method: string;
  path: string;
  key: string;
  /** Null for an upload, which is not read yet. */
  fingerprint: string | null;
}

export interface HeldClaim extends Held {
  repeated: boolean;
  creation: Creation;
}

export type Taken =
  { kind: 'mine'; claim: HeldClaim } | { kind: 'answered'; answer: Answer; fingerprint: string | null };

/** Who may work on an Idempotency-Key, and what the answer was. */
@Injectable()
export class ClaimsService implements OnModuleInit {
  constructor(
    private readonly repository: ClaimsRepository,
    private readonly cipher: AnswerCipher,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('idempotency keys', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * The claim for one try of the request, or the answer it got before.
   * @throws AppError `idempotency_in_progress`, `idempotency_key_reused`
   */
  async take(asked: Claimed): Promise<Taken> {
    const { fingerprint } = asked;
    const request = { ...asked, fingerprint: fingerprint === null ? null : this.cipher.keyed(fingerprint) };
    const _id = idOf(request);
    const owner = randomUUID();
    for (;;) {
      const now = new Date();
      const fresh = {
        _id,
        owner,
        ...(request.shop ? { shop: request.shop } : {}),
        principal: request.principal,
        fingerprint: request.fingerprint,
        seed: randomBytes(32),
        lockedUntil: leaseFrom(now),
        createdAt: now,
        expiresAt: new Date(now.getTime() + KEEP_MS),
      };
      if (await this.repository.insert(fresh)) return this.mine(fresh, fresh.seed, false);
      const found = await this.repository.find(_id);
      if (!found) continue;
      if (found.expiresAt <= now) {
        await this.repository.deleteExpired(_id, now);
        continue;
      }
      assertSame(found, request);
      if (found.state === 'done') return this.answered(found);
      if (found.lockedUntil > now) throw inProgress();
      const taken = await this.repository.takeOver(found, owner, now, leaseFrom(now));
      if (taken?.seed) return this.mine(taken, Buffer.from(taken.seed.buffer), true);
    }
  }

  /** Keeps the claim while the work goes on; returns how to stop. */
  keep(claim: Held, onError: (error: unknown) => void): () => void {
    const timer = setInterval(() => {
      this.repository.renew(claim, leaseFrom(new Date())).catch(onError);
    }, LEASE_MS / 3).unref();
    return () => {
      clearInterval(timer);
    };
  }

  /** Stores the answer before it is sent. @throws AppError `idempotency_in_progress` when another try took over */
  async complete(claim: Held, answer: Answer): Promise<void> {
    if (!(await this.repository.complete(claim, this.cipher.seal(claim._id, answer)))) throw inProgress();
  }

  /**
   * Gives the key back after a failure. A refusal (4xx) of the first try wrote nothing: the key is as if never used.
   * Otherwise it stays with its request, so that the next try finds what this one may have written.
   */
  async release(claim: HeldClaim, refused: boolean): Promise<void> {
    if (refused && !claim.repeated) await this.repository.delete(claim);
    else await this.repository.renew(claim, new Date(0));
  }

  private mine(claim: Held & Pick<ClaimDocument, 'createdAt'>, seed: Buffer, repeated: boolean): Taken {
    const held = { _id: claim._id, owner: claim.owner };
    const seal = async (fingerprint: string) => {
      if (!(await this.repository.seal(held, fingerprint))) throw reused('another file');
    };
    return {
      kind: 'mine',
      claim: {
        ...held,
        repeated,
        creation: {
          seed: this.cipher.seedOf(seed),
          startedAt: claim.createdAt,
          repeated,
          taken: new Map(),
          seal,
        },
      },
    };
  }

  private answered({ _id, answer, fingerprint }: ClaimDocument): Taken {
    const opened = answer && this.cipher.open(_id, answer);
    if (opened) return { kind: 'answered', answer: opened, fingerprint };
    throw new AppError('conflict', 'The request was carried out, but its answer can no longer be read.');
  }
}

function idOf({ shop, principal, method, path, key }: Claimed): string {
  return sha256(JSON.stringify([shop ? `shop:${shop}` : principal, method, path, key]));
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}

/** The answer may hold a secret: it is for the credentials that asked first, even within a tenant. */
function assertSame(found: ClaimDocument, { principal, fingerprint }: Claimed): void {
  if (found.principal !== principal) throw reused('other credentials');
  if (fingerprint !== null && found.fingerprint !== fingerprint) throw reused('another body');
}

export function reused(by: string): AppError {
  return new AppError('idempotency_key_reused', `This Idempotency-Key was used with ${by}; take a new one.`);
}

function inProgress(): AppError {
  return new AppError(
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still running.',
    {
      retryAfterSeconds: 1,
    },
  );
}
