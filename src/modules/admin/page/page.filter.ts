import { Catch, type ArgumentsHost } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../../../kernel/errors.js';
import { ProblemFilter } from '../../../platform/http/problem.filter.js';
import { PROBLEMS } from '../../../platform/http/problems.js';
import { html, type Html } from './html.js';
import { layout } from './layout.js';
import { loginFor } from './login-path.js';
import type { Page } from './page.js';
import { asPage } from './page-headers.js';

/** Tells of anything thrown on a page of its own; who is not logged in is sent to do so. */
@Catch()
export class PageFilter extends ProblemFilter {
  override catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    if (reply.raw.headersSent || reply.raw.writableEnded) {
      super.catch(thrown, host);
      return;
    }
    const error = this.expected(thrown);
    asPage(reply);
    if (error.code === 'unauthenticated') {
      void reply.code(303).header('location', loginFor(request)).send('');
      return;
    }
    const { retryAfterSeconds } = error.more;
    if (retryAfterSeconds) void reply.header('retry-after', retryAfterSeconds);
    void reply.code(PROBLEMS[error.code][0]).send(layout(request, this.pageOf(error, request)).text);
  }

  protected pageOf({ code, detail }: AppError, request: FastifyRequest): Page {
    const title = PROBLEMS[code][1];
    return { title, body: told(title, detail, request.id) };
  }
}

function told(title: string, detail: string, id: string): Html {
  return html`<h1>${title}</h1>
    <p class="notice bad">${detail}</p>
    <p class="quiet">Request <code>${id}</code></p>
    <p><a href="/admin">To the start</a></p>`;
}
