import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { DEFAULT_LIMIT, MAX_OFFSET, type PageDto } from './list.dto.js';
import { ReadyList } from './ready-json.js';

/**
 * Gives lists a `Link` header (RFC 8288) with the pages around theirs, so that a client follows them without building a
 * URL. Call it innermost: the cache keeps the header with the body.
 */
export class PageLinksInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap((body: unknown) => {
        if (!isList(body)) return;
        const http = context.switchToHttp();
        const links = linksOf(http.getRequest<FastifyRequest>().url, body.page);
        if (links) addLinks(http.getResponse(), links);
      }),
    );
  }
}

/** A deprecated list has a link to its successor already. */
function addLinks(reply: FastifyReply, links: string): void {
  const before = reply.getHeader('link');
  void reply.header('link', typeof before === 'string' ? `${before}, ${links}` : links);
}

function isList(body: unknown): body is { page: PageDto } {
  if (body instanceof ReadyList) return true;
  return typeof body === 'object' && body !== null && 'page' in body && 'data' in body;
}

/** `first`, `prev`, `next` and `last`, as far as they are; empty for the only page. */
function linksOf(url: string, { nextCursor, hasMore, total }: PageDto): string {
  const [path = '', query = ''] = url.split('?', 2);
  const asked = new URLSearchParams(query);
  const limit = Number(asked.get('limit') ?? DEFAULT_LIMIT);
  const offset = Number(asked.get('offset') ?? 0);
  const links: string[] = [];
  const link = (rel: string, change: Record<string, string | number>): void => {
    const parameters = new URLSearchParams(asked);
    for (const name of ['cursor', 'offset']) parameters.delete(name);
    for (const [name, value] of Object.entries(change)) parameters.set(name, String(value));
    const text = parameters.toString();
    links.push(`<${path}${text && `?${text}`}>; rel="${rel}"`);
  };
  if (asked.has('cursor') || offset > 0) link('first', {});
  if (offset > 0) link('prev', offset > limit ? { offset: offset - limit } : {});
  if (nextCursor !== null) link('next', { cursor: nextCursor });
  else if (hasMore && offset + limit <= MAX_OFFSET) link('next', { offset: offset + limit });
  const last = total === undefined ? 0 : Math.max(0, Math.ceil(total / limit) - 1) * limit;
  if (nextCursor === null && last > offset && last <= MAX_OFFSET) link('last', { offset: last });
  return links.join(', ');
}
