import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../kernel/errors.js';
import { sendProblem } from '../../../platform/http/problem.filter.js';
import { redact } from '../../../platform/observability/secrets.js';
import { QueueRegistry } from '../../../platform/queue/queue-registry.js';
import { QUEUE_NAMES } from '../../../platform/queue/queues.js';
import { AccountsService, cookieOf, SESSION_COOKIE } from '../../identity/index.js';
import { loginFor } from '../page/login-path.js';

const PATH = '/admin/queues';
/** As that of our pages, but for styles inside the page, which the board writes. */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'"],
  ...["connect-src 'self'", "form-action 'none'", "base-uri 'self'", "frame-ancestors 'none'"],
].join('; ');
/** Fonts of another server, which nobody is to be told of by looking at a queue. */
const FOREIGN_FONTS = /<link href="https:[^>]*>/g;

/**
 * Bull Board, for what Valkey itself holds: the order of a queue, entries and their tries. It only shows: the truth of a
 * job is its record (ADR 0005), which it would go around; what can be done about jobs is on the page of jobs.
 */
@Injectable()
export class QueueBoard implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly queues: QueueRegistry,
    private readonly accounts: AccountsService,
  ) {}

  async onModuleInit(): Promise<void> {
    const http = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | null;
    if (!http) return; // a command of an operator serves nothing
    // only where it is served; and jest cannot link what it requires while our own imports of that are linked
    const { FastifyAdapter } = await import('@bull-board/fastify');
    const board = new FastifyAdapter().setBasePath(PATH);
    createBullBoard({
      queues: QUEUE_NAMES.map((name) => new BullMQAdapter(this.queues.get(name), { readOnlyMode: true })),
      serverAdapter: board,
      options: {
        uiConfig: { boardTitle: 'Entrepot', miscLinks: [{ text: 'Jobs', url: '/admin/jobs' }] },
      },
    });
    const fastify = http.getInstance<FastifyInstance>();
    // not awaited: that would start Fastify before Nest has given it the handler of errors
    void fastify.register(async (scope) => {
      scope.addHook('onRequest', (request, reply) => this.admit(request, reply));
      scope.addHook('preSerialization', (_request, _reply, payload) => Promise.resolve(redact(payload)));
      scope.addHook('onSend', (_request, _reply, payload) =>
        Promise.resolve(typeof payload === 'string' ? payload.replace(FOREIGN_FONTS, '') : payload),
      );
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, produces: ['text/html', 'application/json', '*/*'] };
      });
      await scope.register(board.registerPlugin(), { prefix: PATH });
    });
  }

  /** Operators who are logged in, and nothing but looking. */
  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const principal = await this.accounts.authenticatePage(cookieOf(request, SESSION_COOKIE) ?? '');
    reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store' });
    if (!principal) {
      await reply.code(303).header('location', loginFor(request)).send();
    } else if (principal.role !== 'admin') {
      sendProblem(request, reply, new AppError('forbidden', 'Only operators may do this.'));
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendProblem(
        request,
        reply,
        new AppError('method_not_allowed', 'The board only shows.', { headers: { allow: 'GET, HEAD' } }),
      );
    } else {
      request.principal = principal;
    }
  }
}
