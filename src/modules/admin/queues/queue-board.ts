import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../kernel/errors.js';
import { OperatorPage } from '../../../platform/http/access.js';
import { sendProblem } from '../../../platform/http/problem.filter.js';
import { redact } from '../../../platform/observability/secrets.js';
import { QueueRegistry } from '../../../platform/queue/queue-registry.js';
import { QUEUE_NAMES } from '../../../platform/queue/queues.js';
import { AccessGuard, IdentifyGuard } from '../../identity/index.js';
import { LimitGuard } from '../../limits/index.js';
import { PageFilter } from '../page/page.filter.js';

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
@OperatorPage()
export class QueueBoard implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly queues: QueueRegistry,
    private readonly identify: IdentifyGuard,
    private readonly limits: LimitGuard,
    private readonly access: AccessGuard,
    private readonly faults: PageFilter,
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

  /** Through the gates that stand before every page, in their order (`AppModule`); and nothing but looking. */
  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    // the class stands for its handlers too, which are the plugin's
    const context = new ExecutionContextHost([request, reply], QueueBoard, QueueBoard);
    try {
      for (const gate of [this.identify, this.limits, this.access]) await gate.canActivate(context);
    } catch (error) {
      this.faults.catch(error, context);
      return reply;
    }
    reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store' });
    if (request.method === 'GET' || request.method === 'HEAD') return undefined;
    sendProblem(
      request,
      reply,
      new AppError('method_not_allowed', 'The board only shows.', { headers: { allow: 'GET, HEAD' } }),
    );
    return reply;
  }
}
