import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { RateLimiter } from '../../platform/limits/rate-limiter.js';
import { keyOf } from './policies.js';

/**
 * Gives a successful log-in or registration back to the quota of failures, before the answer leaves. Counting first
 * and giving back later keeps attempts sent in parallel within the quota; checking first would let them all pass.
 */
@Injectable()
export class RefundInterceptor implements NestInterceptor {
  constructor(private readonly limiter: RateLimiter) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { limits } = context.switchToHttp().getRequest<FastifyRequest>();
    const taken = limits?.taken.find(([{ policy }]) => policy === 'credentials');
    if (!taken) return next.handle();
    const [applied, { receipt }] = taken;
    return next.handle().pipe(
      mergeMap(async (body: unknown) => {
        await this.limiter.refund(keyOf(applied), receipt);
        return body;
      }),
    );
  }
}
