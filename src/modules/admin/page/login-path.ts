import type { FastifyRequest } from 'fastify';

/** The login that leads back to what was asked for. A form cannot be sent again after it: that leads to the start. */
export function loginFor({ method, url }: FastifyRequest): string {
  return method === 'GET' && url !== '/admin'
    ? `/admin/login?next=${encodeURIComponent(url)}`
    : '/admin/login';
}
