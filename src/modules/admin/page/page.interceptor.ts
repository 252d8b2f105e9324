import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Html } from './html.js';
import { layout } from './layout.js';
import { PageData, SeeOther, type Page } from './page.js';
import { asPage } from './page-headers.js';

/** Puts the layout around what a handler answers, and sends it with the headers of a page. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  intercept(
    context: ExecutionContext,
    next: CallHandler<Page | Html | SeeOther | PageData>,
  ): Observable<string> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        asPage(reply);
        if (answer instanceof SeeOther) {
          void reply.code(303).header('location', answer.path);
          return '';
        }
        if (answer instanceof PageData) {
          void reply.type('application/json; charset=utf-8');
          return JSON.stringify(answer.value);
        }
        return (answer instanceof Html ? answer : layout(request, answer)).text;
      }),
    );
  }
}
