import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ACCESS, type AccessRule } from '../http/access.js';
import { toAppError } from '../http/problem.filter.js';
import { PROBLEMS } from '../http/problems.js';
import { isUpload, uploadOf } from '../http/upload.js';
import { LOGGER } from '../observability/observability.module.js';
import type { Answer } from './answer-cipher.js';
import { ClaimsService, reused, type Claimed, type HeldClaim } from './claims.service.js';
import { creations } from './creation.js';
import { fingerprintOf, UploadDigest, uploadBytes } from './fingerprint.js';
import { IDEMPOTENT_REPLAYED, idempotencyKey } from './idempotency-key.js';
import { pathOf } from '../http/path-of.js';
import { NOT_IDEMPOTENT } from './not-idempotent.js';

/** Headers that belong to an answer; the others are made anew for each. */
const KEPT_HEADERS = ['location', 'etag', 'link', 'content-type'];

/**
 * A POST with an `Idempotency-Key` is carried out once, however often it arrives (ADR 0014). It stands behind the
 * guards, so that whoever is refused there neither uses a key nor sees an answer; public routes have no keys.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly claims: ClaimsService,
    private readonly reflector: Reflector,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = this.takesKeys(request, context) ? idempotencyKey(request) : undefined;
    if (key === undefined) return next.handle();
    const work = () => lastValueFrom(next.handle(), { defaultValue: undefined });
    return from(this.once(request, http.getResponse<FastifyReply>(), key, work));
  }

  private takesKeys({ method, principal }: FastifyRequest, context: ExecutionContext): boolean {
    if (method !== 'POST' || !principal) return false;
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(NOT_IDEMPOTENT, places)) return false;
    return this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, places)?.kind !== 'public';
  }

  private async once(
    request: FastifyRequest,
    reply: FastifyReply,
    key: string,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const upload = isUpload(request);
    const taken = await this.claims.take(claimed(request, key, upload));
    if (taken.kind === 'mine') return this.work(taken.claim, reply, work);
    if (upload) await assertSameUpload(request, taken.fingerprint);
    return replay(reply, taken.answer);
  }

  private async work(claim: HeldClaim, reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
    const stop = this.claims.keep(claim, (err) => {
      this.logger.warn({ err }, 'The claim of an Idempotency-Key could not be renewed');
    });
    const declared = reply.statusCode;
    let result: unknown;
    try {
      result = await creations.run(claim.creation, work);
    } catch (error) {
      stop();
      await this.release(claim, isRefusal(error));
      throw error;
    }
    stop();
    await this.claims.complete(claim, answerOf(reply, declared, result));
    return result;
  }

  private async release(claim: HeldClaim, refused: boolean): Promise<void> {
    try {
      await this.claims.release(claim, refused);
    } catch (err) {
      this.logger.warn({ err }, 'An Idempotency-Key could not be given back; its claim runs out by itself');
    }
  }
}

function claimed(request: FastifyRequest, key: string, upload: boolean): Claimed {
  return {
    ...(request.shop ? { shop: request.shop } : {}),
    principal: request.principal?.id ?? '',
    method: request.method,
    path: pathOf(request.url).replace(/\/+$/, ''),
    key,
    fingerprint: upload ? null : fingerprintOf(request.query, request.body),
  };
}

/** A refusal left nothing behind; what fails otherwise may have. */
function isRefusal(error: unknown): boolean {
  const known = toAppError(error);
  return known !== undefined && PROBLEMS[known.code][0] < 500;
}

/** What the work has to say; `declared` is its status where the deadline has answered 503 in its place. */
function answerOf(reply: FastifyReply, declared: number, result: unknown): Answer {
  const late = reply.raw.headersSent;
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = late && name === 'content-type' ? undefined : reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return {
    status: late ? declared : reply.statusCode,
    headers: Object.fromEntries(headers),
    body: result === undefined ? null : JSON.stringify(result),
  };
}

function replay(reply: FastifyReply, { status, headers, body }: Answer): unknown {
  void reply.code(status).headers(headers).header(IDEMPOTENT_REPLAYED, 'true');
  return body === null ? undefined : (JSON.parse(body) as unknown);
}

/** Reads the repeated upload, no further than the first one was long, and keeps nothing of it. */
async function assertSameUpload(request: FastifyRequest, fingerprint: string | null): Promise<void> {
  const { stream } = await uploadOf(request);
  const digest = new UploadDigest();
  const longest = fingerprint === null ? Infinity : uploadBytes(fingerprint);
  let bytes = 0;
  // a stream that is left early would take its connection with it, and the answer
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    digest.update(chunk);
    bytes += chunk.length;
    if (bytes > longest) throw reused('another file');
  }
  if (fingerprint !== null && digest.fingerprint() !== fingerprint) throw reused('another file');
}
